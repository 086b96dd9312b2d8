import { given, happened } from "@leftfold/testing";
import { test } from "vitest";
import { Account, transfer } from "./domain.ts";

const opened = (owner: string) => Account.event("AccountOpened", { owner });
const deposited = (amount: number) => Account.event("MoneyDeposited", { amount });
const ann = happened(Account.ref("ann"), [opened("Ann"), deposited(100)]);
const bob = happened(Account.ref("bob"), [opened("Bob")]);

test("an account is opened once, and takes deposits from then on", () => {
  given(Account)
    .when("open", "Ann")
    .then([opened("Ann")]);
  given(Account, [opened("Ann")])
    .when("open", "Eve")
    .thenRejects("already-opened");
  given(Account, [opened("Ann")])
    .when("deposit", 5)
    .then([deposited(5)]);
  given(Account).when("deposit", 5).thenRejects("no-such-account");
});

test("a transfer takes from one account what it gives to the other", () => {
  given(transfer, ann, bob)
    .when({ from: "ann", to: "bob", amount: 100 })
    .then(
      happened(Account.ref("ann"), [{ type: "MoneySent", data: { to: "bob", amount: 100 } }]),
      happened(Account.ref("bob"), [{ type: "MoneyReceived", data: { from: "ann", amount: 100 } }]),
    );
});

test("a transfer is rejected with its reason", () => {
  const bank = given(transfer, ann, bob);
  bank.when({ from: "ann", to: "bob", amount: 101 }).thenRejects("insufficient-funds", { balance: 100 });
  bank.when({ from: "ann", to: "zoe", amount: 1 }).thenRejects("no-such-account", { account: "zoe" });
  bank.when({ from: "zoe", to: "ann", amount: 1 }).thenRejects("no-such-account", { account: "zoe" });
  bank.when({ from: "ann", to: "ann", amount: 1 }).thenRejects("same-account");
});
