import { defineAggregate, defineCommand, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

// The domain: accounts, the households that they belong to, and money on its way from one to another. Pure.

const amount = z.int().positive();
const day = z.iso.date();

export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ household: z.string() }),
    MoneyDeposited: z.object({ amount }),
    MoneySent: z.object({ to: z.string(), amount }),
    MoneyReceived: z.object({ from: z.string(), amount }),
  },
  initial: { isOpen: false, household: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { household }) => ({ ...account, isOpen: true, household }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneySent: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    MoneyReceived: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
  },
  commands: (event) => ({
    open: ({ isOpen }, household: string) =>
      isOpen ? reject("already-open") : event("AccountOpened", { household }),
    deposit: ({ isOpen }, amount: number) =>
      isOpen ? event("MoneyDeposited", { amount }) : reject("not-open"),
  }),
});

/** What its accounts may send to others in a day, all together. */
export const Household = defineAggregate({
  type: "Household",
  events: {
    LimitSet: z.object({ perDay: amount }),
    LimitUsed: z.object({ day, amount }),
  },
  initial: { perDay: 1000, day: "", usedOnDay: 0 },
  evolve: {
    LimitSet: (household, { perDay }) => ({ ...household, perDay }),
    LimitUsed: (household, { day, amount }) => ({
      ...household,
      day,
      usedOnDay: amount + (household.day === day ? household.usedOnDay : 0),
    }),
  },
  commands: (event) => ({
    setLimit: (_, perDay: number) => event("LimitSet", { perDay }),
  }),
});

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
  readonly day: string;
}

// #region transfer
export const transfer = defineCommand({
  name: "Transfer",
  // Two accounts are named by the input.
  aggregates: (input: Transfer) => ({ from: Account.ref(input.from), to: Account.ref(input.to) }),
  // A third aggregate is found by what the first one says.
  discover: (accounts, { from }) =>
    accounts.from.isOpen
      ? { household: Household.ref(accounts.from.household) }
      : reject("no-such-account", { account: from }),
  // One decision on all three, and one append: everything is recorded, or nothing.
  handle: ({ from, to, household }, { amount, day }) => {
    if (from.aggregateId === to.aggregateId) return reject("same-account");
    if (!to.state.isOpen) return reject("no-such-account", { account: to.aggregateId });
    if (from.state.balance < amount) return reject("insufficient-funds", { balance: from.state.balance });

    const moved = [
      from.emit("MoneySent", { to: to.aggregateId, amount }),
      to.emit("MoneyReceived", { from: from.aggregateId, amount }),
    ];
    if (from.state.household === to.state.household) return moved;

    const { perDay, usedOnDay } = household.state;
    const left = perDay - (household.state.day === day ? usedOnDay : 0);
    if (left < amount) return reject("over-household-limit", { left });
    return [...moved, household.emit("LimitUsed", { day, amount })];
  },
});
// #endregion transfer
