import { any, type ExpectedNonce, exact, noStream, streamExists } from "@leftfold/core";
import type { SeededRandom } from "../builders/seeded-random.ts";

/** What a writer is about to try. */
export interface Plan {
  readonly parts: readonly PlannedPart[];
  /** The number of something that only one append of all may have; a condition guards it. */
  readonly claim: number | undefined;
  /** Whether a condition says that nothing came after what the writer knows of the first aggregate. */
  readonly guarded: boolean;
  /** Whether it has an idempotency key, so that it can be repeated. */
  readonly keyed: boolean;
  /** Whether it is sent twice at once under its key. */
  readonly doubled: boolean;
  /** Whether it uses an event id that is known to be taken. */
  readonly reusesId: boolean;
}

export interface PlannedPart {
  readonly aggregateId: string;
  readonly expected: ExpectedNonce;
  readonly eventCount: number;
}

export interface PlanOptions {
  readonly aggregates: number;
  /** The most events that may be planned; 1 or more. */
  readonly eventsMax: number;
  /** How many different claims there are. */
  readonly claims: number;
  /** What the writer believes of an aggregate: its last nonce, as far as it knows. */
  readonly believed: (aggregateId: string) => bigint;
}

/**
 * Draws an append: mostly one event to one aggregate, and now and then everything else that an append can be.
 */
export function drawPlan(random: SeededRandom, options: PlanOptions): Plan {
  const keyed = random.chance(0.6);
  const aggregateIds = drawAggregateIds(random, options.aggregates);
  let eventsLeft = options.eventsMax;
  const parts = aggregateIds.map((aggregateId, i): PlannedPart => {
    const wanted = i > 0 && random.chance(0.1) ? 0 : random.chance(0.7) ? 1 : 1 + random.below(5);
    const eventCount = Math.min(wanted, eventsLeft);
    eventsLeft -= eventCount;
    return { aggregateId, expected: drawExpected(random, options.believed(aggregateId)), eventCount };
  });
  return {
    parts,
    claim: random.chance(0.06) ? random.below(options.claims) : undefined,
    guarded: random.chance(0.05),
    keyed,
    doubled: keyed && random.chance(0.08),
    reusesId: random.chance(0.02),
  };
}

function drawAggregateIds(random: SeededRandom, aggregates: number): string[] {
  const count = random.chance(0.85) ? 1 : 2 + random.below(2);
  const drawn = new Set<string>();
  // A tenth of the aggregates gets half of the appends.
  const bound = (): number => (random.chance(0.5) ? Math.ceil(aggregates / 10) : aggregates);
  for (let i = 0; i < count; i++) drawn.add(`aggregate-${random.below(bound())}`);
  return [...drawn];
}

function drawExpected(random: SeededRandom, believed: bigint): ExpectedNonce {
  if (random.chance(0.55)) return believed === 0n && random.chance(0.5) ? noStream : exact(believed);
  return random.pick([any, any, any, streamExists, noStream]);
}
