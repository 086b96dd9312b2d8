import { given, happened } from "@leftfold/testing";
import { expect, test } from "vitest";
import { balances, balancesWithHighest } from "./balances.ts";
import { Account } from "./domain.ts";
import { ratesOf } from "./rates.ts";

const ann = Account.ref("ann");
const rateOf = ratesOf({ EUR: 1, USD: 0.9 });
const opened = Account.event("AccountOpened", { owner: "Ann" });
const deposited = (amount: number, currency: string) => Account.event("MoneyDeposited", { amount, currency });
const withdrawn = (amount: number) => Account.event("MoneyWithdrawn", { amount, currency: "EUR" });

// #region scenarios
test("the first version knows what an account is worth in euros", () => {
  given(balances(rateOf))
    .when(happened(ann, [opened, deposited(100, "USD"), deposited(5, "EUR"), withdrawn(15)]))
    .then({ ann: { owner: "Ann", euros: 80 } });
});

test("the second version knows what it was worth at best, too", () => {
  given(balancesWithHighest(rateOf))
    .when(happened(ann, [opened, deposited(100, "USD"), withdrawn(50), deposited(10, "EUR")]))
    .then({ ann: { owner: "Ann", euros: 50, highest: 90 } });
});
// #endregion scenarios

test("neither knows what francs are worth", () => {
  for (const projection of [balances(rateOf), balancesWithHighest(rateOf)]) {
    const fold = () => given(projection).when(happened(ann, [deposited(1, "CHF")]));
    expect(() => fold().then({})).toThrow("There is no rate for CHF.");
  }
});
