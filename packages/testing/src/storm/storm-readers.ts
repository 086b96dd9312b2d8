import { setTimeout } from "node:timers/promises";
import type { EventStore, RecordedEvent } from "@leftfold/core";
import { collect } from "../builders/collect.ts";
import type { SeededRandom } from "../builders/seeded-random.ts";
import { SubscriptionRules } from "../subscription/subscription-rules.ts";
import type { StormWatch } from "./storm-watch.ts";
import { pauseBeforeRetry, untilAvailable } from "./until-available.ts";

export interface ReaderOptions {
  readonly stores: readonly EventStore[];
  readonly random: SeededRandom;
  readonly watch: StormWatch;
  /** The head when all is written: what the reader has to get to. */
  readonly goal: Promise<bigint>;
}

export interface Reading {
  readonly events: readonly RecordedEvent[];
  /** Pages read, or subscriptions begun. */
  readonly calls: number;
}

const pausedMs = 20;

/** Reads the log page by page until the goal; each page begins where the last one ended. */
export async function readInPages(
  { stores, random, watch, goal }: ReaderOptions,
  pageEvents: number,
): Promise<Reading> {
  const events: RecordedEvent[] = [];
  let known: bigint | undefined;
  goal.then(
    (nonce) => {
      known = nonce;
    },
    () => {},
  );
  for (let calls = 1; ; calls++) {
    const from = BigInt(events.length + 1);
    const read = () =>
      collect(random.pick(stores).readAll({ from, maxCount: pageEvents }, { signal: watch.signal }));
    const page = await untilAvailable(read, watch);
    for (const event of page) {
      const next = BigInt(events.length + 1);
      if (event.globalNonce !== next)
        throw new Error(`A page has ${event.globalNonce} where ${next} belongs.`);
      events.push(event);
    }
    if (known !== undefined && BigInt(events.length) >= known) return { events, calls };
    if (page.length > 0) watch.moved();
    else await setTimeout(pausedMs, undefined, { signal: watch.signal });
  }
}

/**
 * Follows the log until the goal.
 *
 * @param cutEvents after how many events, at most, the subscription is cut and resumed; never when absent.
 */
export async function followToGoal(options: ReaderOptions, cutEvents?: number): Promise<Reading> {
  const { watch, goal, random } = options;
  const events: RecordedEvent[] = [];
  const leaving = new AbortController();
  let known: bigint | undefined;
  let failures = 0;
  const isThere = (): boolean => known !== undefined && BigInt(events.length) >= known;
  goal.then(
    (nonce) => {
      known = nonce;
      if (isThere()) leaving.abort();
    },
    () => {},
  );
  for (let calls = 1; ; calls++) {
    const before = events.length;
    const cut = cutEvents === undefined ? Number.POSITIVE_INFINITY : 1 + random.below(cutEvents);
    try {
      await followSome(options, events, { cut, isThere, leaving });
    } catch (error) {
      failures = events.length > before ? 1 : failures + 1;
      if (!leaving.signal.aborted) await pauseBeforeRetry(error, failures, watch);
    }
    if (isThere()) return { events, calls };
  }
}

interface Stretch {
  /** The subscription is left after so many events. */
  readonly cut: number;
  readonly isThere: () => boolean;
  readonly leaving: AbortController;
}

/** Follows the log from where `events` end, and adds to them. */
async function followSome(
  { stores, random, watch }: ReaderOptions,
  events: RecordedEvent[],
  { cut, isThere, leaving }: Stretch,
): Promise<void> {
  const request = { after: BigInt(events.length) };
  const rules = new SubscriptionRules(request);
  const signal = AbortSignal.any([watch.signal, leaving.signal]);
  let left = cut;
  for await (const message of random.pick(stores).subscribe(request, { signal })) {
    rules.check(message);
    if (message.kind !== "event") continue;
    events.push(message.event);
    watch.moved();
    if (isThere() || --left === 0) return;
    // Now and then it stands still for a while, and falls behind.
    if (random.chance(0.002)) await setTimeout(random.below(50), undefined, { signal });
  }
}
