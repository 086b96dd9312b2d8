import type { EventStore } from "@leftfold/core";
import { eventReader, type StateOf } from "@leftfold/event-sourcing";
import { Account } from "./domain.ts";

/** What a walk over the whole log found. */
export interface Audit {
  /** How often the money was counted: after every event of an account. */
  readonly moments: number;
  /** Global nonces after which money was missing or too much, or an account owed some. None in a good bank. */
  readonly wrongAfter: readonly bigint[];
  readonly deposited: number;
  readonly accounts: ReadonlyMap<string, StateOf<typeof Account>>;
}

/**
 * Counts all money after every event of the log. The two events of a transfer lie side by side: what was sent is on
 * its way for the length of one event, and arrives with the next one.
 */
// #region audit
export async function audit(store: EventStore): Promise<Audit> {
  const accounts: Map<string, StateOf<typeof Account>> = new Map();
  const wrongAfter: bigint[] = [];
  let moments = 0;
  let deposited = 0;
  let held = 0;
  let onItsWay = { to: "", amount: 0 };

  for await (const { recorded, ...event } of eventReader([Account]).read(store)) {
    const { aggregateId, globalNonce } = recorded;
    const before = accounts.get(aggregateId) ?? Account.initial;
    const after = Account.apply(before, event);
    accounts.set(aggregateId, after);
    held += after.balance - before.balance;
    if (event.type === "MoneyDeposited") deposited += event.data.amount;

    const hasArrived = event.type === "MoneyReceived" && aggregateId === onItsWay.to;
    const isLost = onItsWay.amount > 0 && !hasArrived;
    onItsWay = event.type === "MoneySent" ? event.data : { to: "", amount: 0 };
    if (isLost || after.balance < 0 || held + onItsWay.amount !== deposited) {
      wrongAfter.push(globalNonce);
    }
    moments++;
  }
  return { moments, wrongAfter, deposited, accounts };
}
// #endregion audit
