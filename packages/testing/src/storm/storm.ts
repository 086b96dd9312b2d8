import { abortable, type EventQuery, type EventStore, matches, type RecordedEvent } from "@leftfold/core";
import { uniqueTenant } from "../builders/events.ts";
import { freshSeed, SeededRandom } from "../builders/seeded-random.ts";
import { type Glimpse, glimpse } from "./storm-glimpses.ts";
import { StormLedger } from "./storm-ledger.ts";
import type { StormOptions, StormReport } from "./storm-options.ts";
import { followToGoal, type Reading, readInPages } from "./storm-readers.ts";
import { StormRoute } from "./storm-route.ts";
import { contradictionsIn, differences } from "./storm-verdict.ts";
import { StormViolation } from "./storm-violation.ts";
import { StormWatch } from "./storm-watch.ts";
import { type EventBudget, repeatSome, write } from "./storm-writer.ts";
import { untilAvailable } from "./until-available.ts";

/** What one subscriber follows: about a tenth of the aggregates, those most often written among them. */
const selected: EventQuery = { anyOf: [{ aggregateIdPrefix: "aggregate-1" }] };
/** How long, at most, a slow subscriber takes over an event. */
const dawdledMs = 400;
/** In the end, so many appends are sent once more. */
const repeatedMax = 20;

/**
 * Lets many writers append at once, through several backends on one log, while subscribers and a paging
 * reader follow, and holds what the readers saw against what the writers were told:
 *
 * 1. Every acknowledged event is seen exactly once by each, where it was acknowledged, in order, dense from
 *    1.
 * 2. Nothing is seen that was rejected or that nobody proposed, and no part of an append without the rest.
 * 3. Every recorded append met its expectations and conditions at the point of its commit, and every key
 *    gives one result, however often it is sent.
 * 4. Who looks at the log or at a stream meanwhile sees it end where an append ends, and after everything
 *    that was acknowledged before the look.
 *
 * Backends may fail with errors that are retryable meanwhile, as when a server is killed: writers repeat
 * under the same key, readers resume.
 *
 * @throws StormViolation with the seed and all that was broken; the signal's reason when it is aborted.
 */
export async function storm(options: StormOptions): Promise<StormReport> {
  const { backends, seed = freshSeed(), tenantId = uniqueTenant() } = options;
  const stores = backends.map((backend) => backend.tenant(tenantId));
  const watch = new StormWatch(options.stalledMs ?? 30_000, options.signal);
  const ledger = new StormLedger(options.onAcknowledged);
  try {
    const readings = await run(stores, new SeededRandom(seed), { ...options, ledger, watch });
    const findings = verdict(readings, ledger);
    if (findings.length > 0) throw new StormViolation(seed, findings);
    return { seed, tenantId, ...reportOf(readings, ledger), retries: watch.retries };
  } catch (error) {
    if (error instanceof StormViolation) throw error;
    options.signal?.throwIfAborted();
    throw new StormViolation(seed, [error instanceof Error ? error.message : String(error)], {
      cause: error,
    });
  } finally {
    watch[Symbol.dispose]();
    for (const store of stores) await store[Symbol.asyncDispose]();
  }
}

interface Readings {
  readonly head: bigint;
  readonly pages: Reading;
  readonly subscriptions: readonly Reading[];
  readonly selection: Reading;
  /** What the slow subscribers read. */
  readonly dawdling: readonly Reading[];
  readonly glimpses: readonly Glimpse[];
}

interface Running extends StormOptions {
  readonly ledger: StormLedger;
  readonly watch: StormWatch;
}

async function run(stores: readonly EventStore[], random: SeededRandom, running: Running): Promise<Readings> {
  const { writers = 64, events = 20_000, aggregates = 500, subscribers = 3, slowSubscribers = 0 } = running;
  const { ledger, watch, until, payloadBytes } = running;
  const budget: EventBudget = { left: events };
  const claims = Math.ceil(events / 100);
  const route = new StormRoute(stores, random.fork());
  const shared = { stores, route, ledger, watch, budget, aggregates, claims, payloadBytes };
  // Nobody knows how far writers get that are stopped.
  const likely = until === undefined ? events : Math.min(events, 1_000);
  const stop = (): void => {
    // Nothing that is given back makes it go on.
    budget.left = Number.NEGATIVE_INFINITY;
  };
  until?.then(stop, stop);
  // The first failure ends everybody, and is the one that is told.
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await abortable(work, watch.signal);
    } catch (error) {
      watch.fail(error);
      throw watch.signal.reason;
    }
  };
  const writing = Promise.all(
    Array.from({ length: writers }, (_, i) =>
      guarded(write({ ...shared, name: `w${i}`, random: random.fork() })),
    ),
  );
  const repeating = { stores, ledger, watch, random: random.fork() };
  const written = guarded(writing.then(() => repeatSome(repeating, repeatedMax)));
  const goal = guarded(written.then(() => agreedHead(stores, running)));
  const reader = () => ({ stores, random: random.fork(), watch, goal });
  const follow = async (style: number): Promise<Reading> => {
    const own = reader();
    if (style === 1) await Promise.race([ledger.whenAcknowledged(likely / 2), goal]);
    return followToGoal(own, style === 2 ? { cutEvents: Math.ceil(likely / 10) } : {});
  };
  const [head, pages, selection, glimpses, dawdling, ...subscriptions] = await Promise.all([
    goal,
    guarded(readInPages(reader(), Math.ceil(likely / 50))),
    guarded(followToGoal(reader(), { query: selected, cutEvents: likely })),
    guarded(glimpse(reader(), ledger)),
    Promise.all(
      Array.from({ length: slowSubscribers }, () => guarded(followToGoal(reader(), { dawdleMs: dawdledMs }))),
    ),
    ...Array.from({ length: subscribers }, (_, i) => guarded(follow(i % 3))),
  ]);
  return { head, pages, subscriptions, selection, glimpses, dawdling };
}

/** The head when nobody writes any more: every store knows of all that was acknowledged. */
async function agreedHead(stores: readonly EventStore[], { ledger, watch }: Running): Promise<bigint> {
  let agreed = 0n;
  for (const store of stores) {
    const head = await untilAvailable(() => store.head({ signal: watch.signal }), watch);
    if (head < ledger.acknowledgedTo) {
      throw new Error(`A store has head ${head}, but ${ledger.acknowledgedTo} was acknowledged.`);
    }
    if (head > agreed) agreed = head;
  }
  return agreed;
}

function verdict(
  { head, pages, subscriptions, selection, glimpses, dawdling }: Readings,
  ledger: StormLedger,
): string[] {
  const upToGoal = (events: readonly RecordedEvent[]): readonly RecordedEvent[] =>
    events.filter(({ globalNonce }) => globalNonce <= head);
  const log = upToGoal(pages.events);
  const wanted = log.filter((event) => matches(selected, event));
  return [
    ...contradictionsIn(log, ledger, glimpses),
    ...subscriptions.flatMap(({ events }, i) => differences(`Subscriber ${i}`, upToGoal(events), log)),
    ...dawdling.flatMap(({ events }, i) => differences(`Slow subscriber ${i}`, upToGoal(events), log)),
    ...differences("The selective subscriber", upToGoal(selection.events), wanted),
  ];
}

function reportOf(
  { head, pages, subscriptions, selection, glimpses, dawdling }: Readings,
  ledger: StormLedger,
): Omit<StormReport, "seed" | "tenantId" | "retries"> {
  const rejectedWith = (code: string): number =>
    ledger.count(({ outcome }) => outcome.kind === "rejected" && outcome.error.code === code);
  return {
    head,
    events: ledger.acknowledgedEvents,
    appends: ledger.count(({ outcome }) => outcome.kind === "acknowledged"),
    conflicts: rejectedWith("concurrency-conflict"),
    duplicates: rejectedWith("duplicate-event-id"),
    replays: ledger.replays,
    unknown: ledger.count(({ outcome }) => outcome.kind === "unknown"),
    repeated: ledger.repeated,
    glimpses: glimpses.length,
    resumptions: [selection, ...subscriptions].reduce((sum, { calls }) => sum + calls - 1, 0),
    behind: dawdling.reduce((sum, { behind }) => sum + behind, 0),
    pages: pages.calls,
  };
}
