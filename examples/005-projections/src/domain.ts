import { defineAggregate, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

// The write side is small here: accounts that take money of many currencies.

const money = { amount: z.int().positive(), currency: z.string().length(3) };

export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object(money),
    MoneyWithdrawn: z.object(money),
  },
  initial: { isOpen: false },
  evolve: {
    AccountOpened: () => ({ isOpen: true }),
    MoneyDeposited: (account) => account,
    MoneyWithdrawn: (account) => account,
  },
  commands: (event) => ({
    open: ({ isOpen }, owner: string) =>
      isOpen ? reject("already-opened") : event("AccountOpened", { owner }),
    deposit: ({ isOpen }, ...amounts: readonly Money[]) =>
      isOpen ? amounts.map((money) => event("MoneyDeposited", money)) : reject("no-such-account"),
    withdraw: ({ isOpen }, money: Money) =>
      isOpen ? event("MoneyWithdrawn", money) : reject("no-such-account"),
  }),
});

export interface Money {
  readonly amount: number;
  readonly currency: string;
}
