import { defineProjection, type EventEnvelope } from "@leftfold/event-sourcing";
import { Account } from "./domain.ts";

// The read side: the same events once more, folded into what is asked for. One read model per question.

/** Who has how much? */
export interface AccountOverview {
  readonly owner: string;
  readonly balance: number;
  readonly movements: number;
}

// #region overview
export const accountOverview = defineProjection({
  name: "account-overview",
  version: 1,
  of: [Account],
  // One document per account …
  key: (event) => event.aggregateId,
  initial: (): AccountOverview => ({ owner: "", balance: 0, movements: 0 }),
  on: {
    AccountOpened: (row, { owner }) => ({ ...row, owner }),
    MoneyDeposited: (row, { amount }) => moved(row, amount),
    MoneySent: (row, { amount }) => moved(row, -amount),
    MoneyReceived: (row, { amount }) => moved(row, amount),
  },
  indexes: ["owner", "balance"],
});
// #endregion overview

function moved(row: AccountOverview, amount: number): AccountOverview {
  return { ...row, balance: row.balance + amount, movements: row.movements + 1 };
}

/** What came and went, on which account? */
export interface Movement {
  readonly account: string;
  /** Below zero for what went. */
  readonly amount: number;
  /** The other account; null for cash. */
  readonly counterpart: string | null;
  readonly at: string;
  /** Its place in the log: sorts movements of all accounts by when they happened. */
  readonly position: number;
}

// #region movements
export const movements = defineProjection({
  name: "movements",
  version: 1,
  of: [Account],
  // … and here one document per event.
  key: (event) => String(event.globalNonce),
  initial: (): Movement => ({ account: "", amount: 0, counterpart: null, at: "", position: 0 }),
  on: {
    MoneyDeposited: (_, { amount }, event) => ({ ...placeOf(event), amount, counterpart: null }),
    MoneySent: (_, { amount, to }, event) => ({ ...placeOf(event), amount: -amount, counterpart: to }),
    MoneyReceived: (_, { amount, from }, event) => ({ ...placeOf(event), amount, counterpart: from }),
  },
  indexes: ["account", "position"],
});
// #endregion movements

function placeOf(event: EventEnvelope) {
  return {
    account: event.aggregateId,
    at: event.occurredAt.toISOString(),
    position: Number(event.globalNonce),
  };
}
