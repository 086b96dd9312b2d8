import { any, type EventStore, type ProposedEvent } from "@leftfold/core";
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

/** Appends events in their order, but for those within one append, which are grouped by account. */
export async function writeAccountLog(store: EventStore, events: Iterable<AccountEvent>): Promise<void> {
  let byAccount = new Map<string, ProposedEvent[]>();
  let waiting = 0;
  const flush = async (): Promise<void> => {
    const appends = [...byAccount].map(([aggregateId, proposed]) => ({
      aggregateType,
      aggregateId,
      expected: any,
      events: proposed,
    }));
    byAccount = new Map();
    waiting = 0;
    if (appends.length > 0) await store.append({ appends });
  };
  for (const { accountId, type, data } of events) {
    const proposed = Account.encode({ type, data }, accountId);
    const others = byAccount.get(accountId);
    if (others === undefined) byAccount.set(accountId, [proposed]);
    else others.push(proposed);
    if (++waiting === eventsPerAppend) await flush();
  }
  await flush();
}
