import { given } from "@leftfold/testing";
import { test } from "vitest";
import { Account } from "./domain.ts";

// Scenarios of the pure domain: no store, no server, nothing to wait for.

// #region scenarios
test("money can be withdrawn down to nothing, and no further", () => {
  const ann = given(Account, [
    { type: "AccountOpened", data: { owner: "Ann" } },
    { type: "MoneyDeposited", data: { amount: 100 } },
  ]);

  ann.when("withdraw", 100).then([{ type: "MoneyWithdrawn", data: { amount: 100 } }]);
  ann.when("withdraw", 100).thenState({ status: "open", owner: "Ann", balance: 0 });
  ann.when("withdraw", 101).thenRejects("insufficient-funds", { balance: 100 });
});
// #endregion scenarios

test("an account is opened once", () => {
  given(Account)
    .when("open", "Ann")
    .then([{ type: "AccountOpened", data: { owner: "Ann" } }]);
  given(Account, [{ type: "AccountOpened", data: { owner: "Ann" } }])
    .when("open", "Eve")
    .thenRejects("already-opened", { status: "open" });
});

test("an account that is not open takes and gives no money", () => {
  const unknown = given(Account);
  unknown.when("deposit", 1).thenRejects("not-open", { status: "unknown" });
  unknown.when("withdraw", 1).thenRejects("not-open", { status: "unknown" });
  unknown.when("close").thenRejects("not-open", { status: "unknown" });
  const closed = given(Account, [
    { type: "AccountOpened", data: { owner: "Ann" } },
    { type: "AccountClosed", data: {} },
  ]);
  closed.when("deposit", 1).thenRejects("not-open", { status: "closed" });
  closed.when("withdraw", 1).thenRejects("not-open", { status: "closed" });
  closed.when("open", "Ann").thenRejects("already-opened", { status: "closed" });
});

test("closing pays out what is left, and does nothing when it is done", () => {
  given(Account, [
    { type: "AccountOpened", data: { owner: "Ann" } },
    { type: "MoneyDeposited", data: { amount: 7 } },
  ])
    .when("close")
    .then([
      { type: "MoneyWithdrawn", data: { amount: 7 } },
      { type: "AccountClosed", data: {} },
    ]);
  given(Account, [{ type: "AccountOpened", data: { owner: "Ann" } }])
    .when("close")
    .then([{ type: "AccountClosed", data: {} }]);
  given(Account, [
    { type: "AccountOpened", data: { owner: "Ann" } },
    { type: "AccountClosed", data: {} },
  ])
    .when("close")
    .then([]);
});
