import { given, happened } from "@leftfold/testing";
import { test } from "vitest";
import { Account } from "./domain.ts";
import { accountOverview, movements } from "./read-models.ts";

const occurredAt = new Date("2026-11-21T12:00:00Z");
const history = [
  happened(Account.ref("ann"), [
    { type: "AccountOpened", data: { owner: "Ann" } },
    { type: "MoneyDeposited", data: { amount: 100 }, occurredAt },
    { type: "MoneySent", data: { to: "bob", amount: 30 }, occurredAt },
  ]),
  happened(Account.ref("bob"), [
    { type: "AccountOpened", data: { owner: "Bob" } },
    { type: "MoneyReceived", data: { from: "ann", amount: 30 }, occurredAt },
  ]),
];

test("the overview has one document per account", () => {
  // #region scenario
  given(accountOverview)
    .when(...history)
    .then({
      ann: { owner: "Ann", balance: 70, movements: 2 },
      bob: { owner: "Bob", balance: 30, movements: 1 },
    });
  // #endregion scenario
});

test("the movements are one document per event, named by its place in the log", () => {
  const at = occurredAt.toISOString();
  given(movements)
    .when(...history)
    .then({
      "2": { account: "ann", amount: 100, counterpart: null, at, position: 2 },
      "3": { account: "ann", amount: -30, counterpart: "bob", at, position: 3 },
      "5": { account: "bob", amount: 30, counterpart: "ann", at, position: 5 },
    });
});
