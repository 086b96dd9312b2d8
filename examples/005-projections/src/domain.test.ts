import { given } from "@leftfold/testing";
import { test } from "vitest";
import { Account } from "./domain.ts";

const opened = Account.event("AccountOpened", { owner: "Ann" });
const euros = { amount: 5, currency: "EUR" };
const dollars = { amount: 6, currency: "USD" };

test("an open account takes any number of deposits at once", () => {
  given(Account).when("open", "Ann").then([opened]);
  given(Account, [opened])
    .when("deposit", euros, dollars)
    .then([
      { type: "MoneyDeposited", data: euros },
      { type: "MoneyDeposited", data: dollars },
    ]);
  given(Account, [opened])
    .when("withdraw", euros)
    .then([{ type: "MoneyWithdrawn", data: euros }]);
});

test("an account that is not open takes and gives nothing, and is opened once", () => {
  given(Account).when("deposit", euros).thenRejects("no-such-account");
  given(Account).when("withdraw", euros).thenRejects("no-such-account");
  given(Account, [opened]).when("open", "Ann").thenRejects("already-opened");
});
