import { defineAggregate, defineCommand, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

// The write side: what may happen. It keeps the state that its decisions need, and nothing for the eye.

const amount = z.int().positive();

export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount }),
    MoneySent: z.object({ to: z.string(), amount }),
    MoneyReceived: z.object({ from: z.string(), amount }),
  },
  initial: { isOpen: false, balance: 0 },
  evolve: {
    AccountOpened: (account) => ({ ...account, isOpen: true }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneySent: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    MoneyReceived: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
  },
  commands: (event) => ({
    open: ({ isOpen }, owner: string) =>
      isOpen ? reject("already-opened") : event("AccountOpened", { owner }),
    deposit: ({ isOpen }, amount: number) =>
      isOpen ? event("MoneyDeposited", { amount }) : reject("no-such-account"),
  }),
});

export interface Transfer {
  readonly from: string;
  readonly to: string;
  readonly amount: number;
}

export const transfer = defineCommand({
  name: "Transfer",
  aggregates: ({ from, to }: Transfer) => ({ from: Account.ref(from), to: Account.ref(to) }),
  handle: ({ from, to }, { amount }) => {
    if (from.aggregateId === to.aggregateId) return reject("same-account");
    for (const { state, aggregateId } of [from, to])
      if (!state.isOpen) return reject("no-such-account", { account: aggregateId });
    if (from.state.balance < amount) return reject("insufficient-funds", { balance: from.state.balance });
    return [
      from.emit("MoneySent", { to: to.aggregateId, amount }),
      to.emit("MoneyReceived", { from: from.aggregateId, amount }),
    ];
  },
});
