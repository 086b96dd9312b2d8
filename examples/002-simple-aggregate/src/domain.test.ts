import { given } from "@leftfold/testing";
import { test } from "vitest";
import { Account } from "./domain.ts";

// Scenarios of the pure domain: no store, no server, nothing to wait for.

// #region scenarios
const opened = Account.event("AccountOpened", { owner: "Ann" });
const deposited = (amount: number) => Account.event("MoneyDeposited", { amount });

test("money can be withdrawn down to nothing, and no further", () => {
  const ann = given(Account, [opened, deposited(100)]);

  ann.when("withdraw", 100).then([Account.event("MoneyWithdrawn", { amount: 100 })]);
  ann.when("withdraw", 100).thenState({ status: "open", owner: "Ann", balance: 0 });
  ann.when("withdraw", 101).thenRejects("insufficient-funds", { balance: 100 });
});
// #endregion scenarios

const withdrawn = (amount: number) => Account.event("MoneyWithdrawn", { amount });
const closed = Account.event("AccountClosed", {});

test("an account is opened once", () => {
  given(Account).when("open", "Ann").then([opened]);
  given(Account, [opened]).when("open", "Eve").thenRejects("already-opened", { status: "open" });
});

test("an account that is not open takes and gives no money", () => {
  const unknown = given(Account);
  unknown.when("deposit", 1).thenRejects("not-open", { status: "unknown" });
  unknown.when("withdraw", 1).thenRejects("not-open", { status: "unknown" });
  unknown.when("close").thenRejects("not-open", { status: "unknown" });
  const ann = given(Account, [opened, closed]);
  ann.when("deposit", 1).thenRejects("not-open", { status: "closed" });
  ann.when("withdraw", 1).thenRejects("not-open", { status: "closed" });
  ann.when("open", "Ann").thenRejects("already-opened", { status: "closed" });
});

test("closing pays out what is left, and does nothing when it is done", () => {
  given(Account, [opened, deposited(7)])
    .when("close")
    .then([withdrawn(7), closed]);
  given(Account, [opened]).when("close").then([closed]);
  given(Account, [opened, closed]).when("close").then([]);
});
