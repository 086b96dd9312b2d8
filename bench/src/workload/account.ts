import { type Aggregate, defineAggregate, eventTypes, type PlainEvents } from "@leftfold/event-sourcing";
import { aggregateType } from "./aggregate-choice.ts";

/** What moves money, and what it says in 256 bytes. */
export interface Movement {
  readonly amount: number;
  readonly currency: string;
  readonly note: string;
}

export interface AccountEvents {
  MoneyDeposited: Movement;
  MoneyWithdrawn: Movement;
}

/** What becomes of an account's events, as its state and as its document. */
export interface Balance {
  readonly balance: number;
  readonly deposits: number;
  readonly withdrawals: number;
}

export const noBalance: Balance = { balance: 0, deposits: 0, withdrawals: 0 };

export function deposited(account: Balance, { amount }: Movement): Balance {
  return { ...account, balance: account.balance + amount, deposits: account.deposits + 1 };
}

export function withdrawn(account: Balance, { amount }: Movement): Balance {
  return { ...account, balance: account.balance - amount, withdrawals: account.withdrawals + 1 };
}

export const Account: Aggregate<
  typeof aggregateType,
  PlainEvents<AccountEvents>,
  Balance,
  Record<never, never>
> = defineAggregate({
  type: aggregateType,
  events: eventTypes<AccountEvents>(),
  initial: (): Balance => noBalance,
  evolve: { MoneyDeposited: deposited, MoneyWithdrawn: withdrawn },
  commands: {},
});
