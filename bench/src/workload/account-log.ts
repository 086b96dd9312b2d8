import { type AggregateAppend, any, type EventStore } from "@leftfold/core";
import { Account, type AccountEvents, type Balance, deposited, noBalance, withdrawn } from "./account.ts";
import { aggregateType } from "./aggregate-choice.ts";
import { seededRandom } from "./seeded-random.ts";

export interface AccountEvent {
  readonly accountId: string;
  readonly type: keyof AccountEvents;
  readonly data: AccountEvents[keyof AccountEvents];
}

/** How many events there are for each account; more or less, since accounts come at random. */
const eventsPerAccount = 100;
/** How many of an account come together in the log, on average. */
const eventsPerGroup = 5;
const eventsPerAppend = 5000;
const note = "x".repeat(209);

/** How many accounts a log of so many events is about. */
export function accountsOf(events: number): number {
  return Math.max(1, Math.round(events / eventsPerAccount));
}

export function accountId(account: number): string {
  return `account-${account}`;
}

/** The same events for the same number, the accounts' mixed as they would be in life. */
export function* accountEvents(events: number): Iterable<AccountEvent> {
  const random = seededRandom(1);
  const accounts = accountsOf(events);
  for (let i = 0; i < events; i++) {
    const type = random() < 0.7 ? "MoneyDeposited" : "MoneyWithdrawn";
    const amount = Math.floor(random() * 1000);
    yield {
      accountId: accountId(Math.floor(random() * accounts)),
      type,
      data: { amount, currency: "EUR", note },
    };
  }
}

/** The documents that these events come to, by account. */
export function balancesOf(events: Iterable<AccountEvent>): Map<string, Balance> {
  const balances = new Map<string, Balance>();
  for (const { accountId, type, data } of events) {
    const fold = type === "MoneyDeposited" ? deposited : withdrawn;
    balances.set(accountId, fold(balances.get(accountId) ?? noBalance, data));
  }
  return balances;
}

/**
 * The events by account, for stores that append to one stream at a time: in their order, but for those of a
 * round, in which there are about five of each account.
 */
export function* groupedByAccount(
  events: readonly AccountEvent[],
): Iterable<readonly [accountId: string, events: readonly AccountEvent[]]> {
  const round = accountsOf(events.length) * eventsPerGroup;
  for (let start = 0; start < events.length; start += round) {
    yield* Map.groupBy(events.slice(start, start + round), (event) => event.accountId);
  }
}

/** Appends events in the order of {@link groupedByAccount}. */
export async function writeAccountLog(store: EventStore, events: Iterable<AccountEvent>): Promise<void> {
  let appends = new Map<string, AggregateAppend>();
  let waiting = 0;
  const flush = async (): Promise<void> => {
    if (appends.size > 0) await store.append({ appends: [...appends.values()] });
    appends = new Map();
    waiting = 0;
  };
  for (const [aggregateId, own] of groupedByAccount([...events])) {
    if (appends.has(aggregateId) || waiting >= eventsPerAppend) await flush();
    const proposed = own.map(({ type, data }) => Account.encode({ type, data }, aggregateId));
    appends.set(aggregateId, { aggregateType, aggregateId, expected: any, events: proposed });
    waiting += own.length;
  }
  await flush();
}
