import { defineProjection } from "@leftfold/event-sourcing";
import { Account, type Money } from "./domain.ts";
import type { RateOf } from "./rates.ts";

/** What an account is worth, in euros. */
export interface Balance {
  readonly owner: string;
  readonly euros: number;
}

// #region first
export function balances(rateOf: RateOf) {
  const inEuros = ({ amount, currency }: Money) => Math.round(amount * rateOf(currency));
  return defineProjection({
    name: "balances",
    version: 1,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: (): Balance => ({ owner: "", euros: 0 }),
    on: {
      AccountOpened: (row, { owner }) => ({ ...row, owner }),
      MoneyDeposited: (row, money) => ({ ...row, euros: row.euros + inEuros(money) }),
      MoneyWithdrawn: (row, money) => ({ ...row, euros: row.euros - inEuros(money) }),
    },
  });
}
// #endregion first

/** What it was worth at best is new. The rest is as before: readers of either version can read the other. */
export interface BalanceWithHighest extends Balance {
  readonly highest: number;
}

// #region second
export function balancesWithHighest(rateOf: RateOf) {
  const inEuros = ({ amount, currency }: Money) => Math.round(amount * rateOf(currency));
  return defineProjection({
    // The same name, and a higher version: built anew from the first event on, beside the one in use.
    name: "balances",
    version: 2,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: (): BalanceWithHighest => ({ owner: "", euros: 0, highest: 0 }),
    on: {
      AccountOpened: (row, { owner }) => ({ ...row, owner }),
      MoneyDeposited: (row, money) => {
        const euros = row.euros + inEuros(money);
        return { ...row, euros, highest: Math.max(row.highest, euros) };
      },
      MoneyWithdrawn: (row, money) => ({ ...row, euros: row.euros - inEuros(money) }),
    },
    indexes: ["highest"],
  });
}
// #endregion second
