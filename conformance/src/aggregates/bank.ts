import { defineAggregate, defineCommand, defineDecision, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

// The application that all stores have to run, unchanged.

export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive() }),
  },
  initial: { open: false, owner: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, open: true, owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
  },
  commands: {
    open: (account, owner: string) =>
      account.open ? reject("already-open") : { type: "AccountOpened", data: { owner } },
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    withdraw: (account, amount: number) =>
      account.balance < amount
        ? reject("insufficient-funds", { balance: account.balance })
        : { type: "MoneyWithdrawn", data: { amount } },
    ensureOpen: (account, owner: string) => (account.open ? [] : { type: "AccountOpened", data: { owner } }),
  },
  tags: { AccountOpened: ({ owner }) => [`owner:${owner}`] },
  snapshot: { every: 10 },
});

/** What an owner may transfer at a time; 1,000 unless it was set. */
export const Limits = defineAggregate({
  type: "Limits",
  events: { LimitSet: z.object({ perTransfer: z.number().nonnegative() }) },
  initial: { perTransfer: 1000 },
  evolve: { LimitSet: (_, { perTransfer }) => ({ perTransfer }) },
  commands: {
    set: (_, perTransfer: number) => ({ type: "LimitSet", data: { perTransfer } }),
  },
});

export const transfer = defineCommand({
  name: "TransferMoney",
  aggregates: (input: { from: string; to: string; amount: number }) => ({
    from: Account.ref(input.from),
    to: Account.ref(input.to),
  }),
  discover: ({ from }) => ({ limits: Limits.ref(from.owner || "nobody") }),
  handle: ({ from, to, limits }, { amount }) => {
    if (amount > limits.state.perTransfer) return reject("over-limit", limits.state);
    if (from.state.balance < amount) return reject("insufficient-funds");
    return [from.emit("MoneyWithdrawn", { amount }), to.emit("MoneyDeposited", { amount })];
  },
});

/** Opens an account, if its owner has fewer than three. */
export const openOneOfThree = defineDecision({
  name: "OpenOneOfThree",
  of: [Account],
  boundary: (input: { account: string; owner: string }) => ({ tags: [`owner:${input.owner}`] }),
  initial: { accounts: 0 },
  evolve: { AccountOpened: (owner) => ({ accounts: owner.accounts + 1 }) },
  aggregates: ({ account }) => ({ account: Account.ref(account) }),
  decide: ({ accounts }, { account }, { owner }) =>
    accounts >= 3 ? reject("too-many-accounts") : account.emit("AccountOpened", { owner }),
});
