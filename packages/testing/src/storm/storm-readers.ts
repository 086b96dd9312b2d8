import { setTimeout } from "node:timers/promises";
import type { EventQuery, EventStore, RecordedEvent } from "@leftfold/core";
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
  /** Events that were still to be read when the goal was known. */
  readonly behind: number;
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
    if (known !== undefined && BigInt(events.length) >= known) return { events, calls, behind: 0 };
    if (page.length > 0) watch.moved();
    else await setTimeout(pausedMs, undefined, { signal: watch.signal });
  }
}

export interface FollowingStyle {
  /** After how many events, at most, the subscription is cut and resumed; never when absent. */
  readonly cutEvents?: number;
  /** How long, at most, it dawdles over every event as long as there are writers; not at all when absent. */
  readonly dawdleMs?: number;
  /** What it follows; everything when absent. */
  readonly query?: EventQuery;
}

/** Follows the log until it has all, up to the goal, that its query asks for. */
export async function followToGoal(options: ReaderOptions, style: FollowingStyle = {}): Promise<Reading> {
  const { watch, goal, random } = options;
  const following = new Following();
  let failures = 0;
  void wantedUpTo(options, style.query).then(
    (events) => following.want(events),
    () => {},
  );
  const over = goal.catch(() => {});
  for (let calls = 1; ; calls++) {
    const before = following.events.length;
    const cut = style.cutEvents === undefined ? Number.POSITIVE_INFINITY : 1 + random.below(style.cutEvents);
    try {
      await followSome(options, style, { following, cut, over });
    } catch (error) {
      failures = following.events.length > before ? 1 : failures + 1;
      if (!following.leaving.aborted) await pauseBeforeRetry(error, failures, watch);
    }
    if (following.isThere) return { events: following.events, calls, behind: following.behind };
  }
}

/** How many events there are to follow, once that is known. */
async function wantedUpTo(options: ReaderOptions, query: EventQuery | undefined): Promise<number> {
  const { stores, random, watch, goal } = options;
  const to = await goal;
  if (query === undefined || to === 0n) return Number(to);
  let wanted = 0;
  let from = 1n;
  const read = async (): Promise<number> => {
    for await (const { globalNonce } of random
      .pick(stores)
      .readAll({ query, from, to }, { signal: watch.signal })) {
      wanted++;
      from = globalNonce + 1n;
    }
    return wanted;
  };
  return await untilAvailable(read, watch);
}

/** What a subscriber has, and whether that is all. */
class Following {
  readonly events: RecordedEvent[] = [];
  readonly #leaving = new AbortController();
  #wanted = Number.POSITIVE_INFINITY;
  /** Events that were missing when it was known how many there are. */
  behind = 0;

  get isThere(): boolean {
    return this.events.length >= this.#wanted;
  }

  /** Aborted when nothing more is to come. */
  get leaving(): AbortSignal {
    return this.#leaving.signal;
  }

  want(events: number): void {
    this.#wanted = events;
    this.behind = Math.max(0, events - this.events.length);
    if (this.isThere) this.#leaving.abort();
  }
}

interface Stretch {
  readonly following: Following;
  /** The subscription is left after so many events. */
  readonly cut: number;
  /** Resolves when nobody writes any more. */
  readonly over: Promise<unknown>;
}

/** Follows the log from where the last stretch ended. */
async function followSome(
  { stores, random, watch }: ReaderOptions,
  { query, dawdleMs }: FollowingStyle,
  { following, cut, over }: Stretch,
): Promise<void> {
  const { events } = following;
  const request = { after: events.at(-1)?.globalNonce ?? 0n, ...(query !== undefined && { query }) };
  const rules = new SubscriptionRules(request);
  const signal = AbortSignal.any([watch.signal, following.leaving]);
  let left = cut;
  let hurries = dawdleMs === undefined;
  void over.then(() => {
    hurries = true;
  });
  for await (const message of random.pick(stores).subscribe(request, { signal })) {
    rules.check(message);
    if (message.kind !== "event") continue;
    events.push(message.event);
    watch.moved();
    if (following.isThere || --left === 0) return;
    if (!hurries) await setTimeout(random.below(dawdleMs ?? 0), undefined, { signal });
    // Now and then it stands still for a while, and falls behind.
    else if (random.chance(0.002)) await setTimeout(random.below(50), undefined, { signal });
  }
}
