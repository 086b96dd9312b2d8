import { type AppendResult, any, type EventStore } from "@leftfold/core";
import { defineAggregate, defineProjection } from "@leftfold/event-sourcing";
import { z } from "zod";

/** The application under test. */
export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number() }),
    MoneyWithdrawn: z.object({ amount: z.number() }),
    AccountClosed: z.object({}),
  },
  initial: { open: false, balance: 0 },
  evolve: {
    AccountOpened: (state) => ({ ...state, open: true }),
    MoneyDeposited: (state, { amount }) => ({ ...state, balance: state.balance + amount }),
    MoneyWithdrawn: (state, { amount }) => ({ ...state, balance: state.balance - amount }),
    AccountClosed: (state) => ({ ...state, open: false }),
  },
  commands: {
    open: (_, owner: string) => ({ type: "AccountOpened", data: { owner } }),
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    withdraw: (_, amount: number) => ({ type: "MoneyWithdrawn", data: { amount } }),
    close: () => ({ type: "AccountClosed", data: {} }),
  },
});

/** Appends deposits to an account, all at once and whatever was before: no command decides on them. */
export function appendDeposits(
  store: EventStore,
  aggregateId: string,
  ...amounts: readonly number[]
): Promise<AppendResult> {
  const events = amounts.map((amount) =>
    Account.encode({ type: "MoneyDeposited", data: { amount } }, aggregateId),
  );
  return store.append({ appends: [{ aggregateType: "Account", aggregateId, expected: any, events }] });
}

/** Order matters to it, and repetition: a wrong read model shows. */
export const balances = defineProjection({
  name: "balances",
  version: 1,
  of: [Account],
  key: (event) => event.aggregateId,
  initial: { balance: 0, count: 0, digest: 0 },
  on: {
    MoneyDeposited: (row, { amount }, { aggregateNonce }) => ({
      balance: row.balance + amount,
      count: row.count + 1,
      digest: digest(row.digest, aggregateNonce),
    }),
    MoneyWithdrawn: (row, { amount }, { aggregateNonce }) => ({
      balance: row.balance - amount,
      count: row.count + 1,
      digest: digest(row.digest, aggregateNonce),
    }),
    AccountClosed: () => null,
  },
  indexes: ["balance"],
});

/** Another one for every other order. */
function digest(before: number, aggregateNonce: bigint): number {
  return (before * 31 + Number(aggregateNonce)) % 1_000_003;
}
