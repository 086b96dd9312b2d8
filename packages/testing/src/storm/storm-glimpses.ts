import { setTimeout } from "node:timers/promises";
import type { EventStore, RecordedEvent } from "@leftfold/core";
import { collect } from "../builders/collect.ts";
import type { SeededRandom } from "../builders/seeded-random.ts";
import { identityOf } from "./event-identity.ts";
import type { LogIndex } from "./log-index.ts";
import { attemptNameOf, stormAggregateType } from "./storm-attempt.ts";
import { labelOf, type StormLedger } from "./storm-ledger.ts";
import type { ReaderOptions } from "./storm-readers.ts";
import { pauseBeforeRetry } from "./until-available.ts";

/** Where the log, or one stream of it, ended for somebody who looked at it while it was written. */
export interface Glimpse {
  /** Whose end; the whole log's when absent. */
  readonly aggregateId?: string;
  readonly end: bigint;
  /** The end that was known of before the look. */
  readonly knownTo: bigint;
  readonly events: readonly RecordedEvent[];
  /** From one event's number to the next one's; 1 when absent. */
  readonly step?: bigint;
}

const pausedMs = 5;
const tailEvents = 40;

/** Looks at the ends of the log and of streams, again and again until the goal is known. */
export async function glimpse(options: ReaderOptions, ledger: StormLedger): Promise<readonly Glimpse[]> {
  const { stores, random, watch, goal } = options;
  const seen: Glimpse[] = [];
  let over = false;
  const end = (): void => {
    over = true;
  };
  goal.then(end, end);
  while (!over) {
    const look = random.pick([lookAtHead, lookAtTail, lookBack, lookAtStream]);
    const store = random.pick(stores);
    const drawn = random.fork();
    try {
      const looked = await look({ store, random: drawn, ledger, signal: watch.signal });
      if (looked !== undefined) seen.push(looked);
    } catch (error) {
      await pauseBeforeRetry(error, 1, watch);
    }
    await setTimeout(pausedMs, undefined, { signal: watch.signal });
  }
  return seen;
}

/**
 * Where somebody saw a part of an append without the rest, an end before one that was known, or another
 * event than the log has there.
 */
export function glimpseFaults(
  { aggregateId, end, knownTo, events, step = 1n }: Glimpse,
  index: LogIndex,
): string[] {
  const found: string[] = [];
  const name = aggregateId ?? "the log";
  if (end < knownTo) found.push(`A reader saw ${name} end at ${end}, after ${knownTo} had been told.`);
  const at = (nonce: bigint): RecordedEvent | undefined =>
    aggregateId === undefined ? index.log[Number(nonce) - 1] : index.eventOf(aggregateId, nonce);
  const [last, next] = [at(end), at(end + 1n)].map((event) => event && attemptNameOf(labelOf(event)));
  if (last !== undefined && last === next) {
    found.push(`A reader saw ${name} end at ${end}, in the middle of the append ${last}.`);
  }
  const numbers = events.map((event) =>
    aggregateId === undefined ? event.globalNonce : event.aggregateNonce,
  );
  numbers.forEach((number, i) => {
    const before = numbers[i - 1] ?? (aggregateId === undefined ? undefined : 0n);
    if (before === undefined || number - before === step) return;
    found.push(`A reader of ${name} saw ${number} come right after ${before}.`);
  });
  for (const event of events) {
    const there = index.log[Number(event.globalNonce) - 1];
    if (there === undefined || identityOf(there) === identityOf(event)) continue;
    found.push(`A reader saw ${identityOf(event)} where the log has ${identityOf(there)}.`);
  }
  return found;
}

interface Look {
  readonly store: EventStore;
  readonly random: SeededRandom;
  readonly ledger: StormLedger;
  readonly signal: AbortSignal;
}

async function lookAtHead({ store, ledger, signal }: Look): Promise<Glimpse> {
  const knownTo = ledger.acknowledgedTo;
  return { end: await store.head({ signal }), knownTo, events: [] };
}

async function lookAtTail({ store, random, ledger, signal }: Look): Promise<Glimpse | undefined> {
  const knownTo = ledger.acknowledgedTo;
  const back = BigInt(random.below(tailEvents));
  const from = knownTo > back ? knownTo - back : 1n;
  const events = await collect(store.readAll({ from }, { signal }));
  const end = events.at(-1)?.globalNonce ?? (from === 1n ? 0n : undefined);
  return end === undefined ? { end: from - 1n, knownTo, events } : { end, knownTo, events };
}

async function lookBack({ store, random, ledger, signal }: Look): Promise<Glimpse> {
  const knownTo = ledger.acknowledgedTo;
  const maxCount = 1 + random.below(tailEvents);
  const events = await collect(store.readAll({ direction: "backwards", maxCount }, { signal }));
  return { end: events[0]?.globalNonce ?? 0n, knownTo, events, step: -1n };
}

async function lookAtStream({ store, random, ledger, signal }: Look): Promise<Glimpse | undefined> {
  if (ledger.beliefs.size === 0) return undefined;
  const aggregateId = random.pick([...ledger.beliefs.keys()]);
  const knownTo = ledger.beliefs.get(aggregateId) ?? 0n;
  const request = { aggregateType: stormAggregateType, aggregateId };
  const events = await collect(store.readStream(request, { signal }));
  return { aggregateId, end: BigInt(events.length), knownTo, events };
}
