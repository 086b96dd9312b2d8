import { given, happened } from "@leftfold/testing";
import { test } from "vitest";
import { Account, Household, transfer } from "./domain.ts";

// Scenarios of the pure domain: what happened to which aggregates, what is asked, and what happens to which of them.

const day = "2026-11-21";
const annHas100 = happened(Account.ref("ann"), [
  Account.event("AccountOpened", { household: "lee" }),
  Account.event("MoneyDeposited", { amount: 100 }),
]);
const cleoIsThere = happened(Account.ref("cleo"), [Account.event("AccountOpened", { household: "fox" })]);
const benIsThere = happened(Account.ref("ben"), [Account.event("AccountOpened", { household: "lee" })]);
const leeMaySend50 = happened(Household.ref("lee"), [Household.event("LimitSet", { perDay: 50 })]);

// #region scenario
test("a transfer is money sent, money received, and a limit used", () => {
  given(transfer, annHas100, cleoIsThere, leeMaySend50)
    .when({ from: "ann", to: "cleo", amount: 30, day })
    .then(
      happened(Account.ref("ann"), [Account.event("MoneySent", { to: "cleo", amount: 30 })]),
      happened(Account.ref("cleo"), [Account.event("MoneyReceived", { from: "ann", amount: 30 })]),
      happened(Household.ref("lee"), [Household.event("LimitUsed", { day, amount: 30 })]),
    );
});
// #endregion scenario

test("a transfer within a household uses no limit", () => {
  given(transfer, annHas100, benIsThere, leeMaySend50)
    .when({ from: "ann", to: "ben", amount: 100, day })
    .then(
      happened(Account.ref("ann"), [Account.event("MoneySent", { to: "ben", amount: 100 })]),
      happened(Account.ref("ben"), [Account.event("MoneyReceived", { from: "ann", amount: 100 })]),
    );
});

test("a transfer is rejected for what any of its aggregates says", () => {
  const asked = given(transfer, annHas100, cleoIsThere, leeMaySend50);
  const order = { from: "ann", to: "cleo", amount: 30, day };
  asked.when({ ...order, amount: 101 }).thenRejects("insufficient-funds", { balance: 100 });
  asked.when({ ...order, amount: 51 }).thenRejects("over-household-limit", { left: 50 });
  asked.when({ ...order, from: "dora" }).thenRejects("no-such-account", { account: "dora" });
  asked.when({ ...order, to: "dora" }).thenRejects("no-such-account", { account: "dora" });
  asked.when({ ...order, to: "ann" }).thenRejects("same-account");
});

test("a limit holds for a day, whichever account uses it, and is whole again on the next one", () => {
  const lee = happened(Household.ref("lee"), [
    Household.event("LimitSet", { perDay: 50 }),
    Household.event("LimitUsed", { day, amount: 20 }),
    Household.event("LimitUsed", { day, amount: 20 }),
  ]);
  const asked = given(transfer, annHas100, cleoIsThere, lee);
  const order = { from: "ann", to: "cleo", amount: 11 };
  asked.when({ ...order, day }).thenRejects("over-household-limit", { left: 10 });
  asked
    .when({ ...order, day: "2026-11-22" })
    .then(
      happened(Account.ref("ann"), [Account.event("MoneySent", { to: "cleo", amount: 11 })]),
      happened(Account.ref("cleo"), [Account.event("MoneyReceived", { from: "ann", amount: 11 })]),
      happened(Household.ref("lee"), [Household.event("LimitUsed", { day: "2026-11-22", amount: 11 })]),
    );
});

test("an account is opened once, and takes no money before", () => {
  given(Account, [Account.event("AccountOpened", { household: "lee" })])
    .when("open", "fox")
    .thenRejects("already-open");
  given(Account).when("deposit", 1).thenRejects("not-open");
});
