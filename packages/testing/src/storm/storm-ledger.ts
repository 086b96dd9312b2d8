import {
  type AppendResult,
  ConcurrencyConflictError,
  type DuplicateEventIdError,
  holds,
  type RecordedEvent,
} from "@leftfold/core";
import type { Attempt } from "./storm-attempt.ts";

/** How an attempt ended, as far as its writer knows. */
export type Outcome =
  | { readonly kind: "acknowledged"; readonly result: AppendResult; readonly knownTo: bigint }
  | {
      readonly kind: "rejected";
      readonly error: ConcurrencyConflictError | DuplicateEventIdError;
      readonly knownTo: bigint;
    }
  | { readonly kind: "unknown" };

export interface LedgerEntry {
  readonly attempt: Attempt;
  readonly outcome: Outcome;
}

/** What the writers of a storm tried, and how it ended: what the log is held against. */
export class StormLedger {
  readonly entries: LedgerEntry[] = [];
  /** Answers that contradict earlier ones, one sentence each. */
  readonly findings: string[] = [];
  /** The believed last nonce of each aggregate: what the newest answer said. */
  readonly beliefs: Map<string, bigint> = new Map();
  /** The highest global nonce that was acknowledged. */
  acknowledgedTo = 0n;
  acknowledgedEvents = 0;
  /** An event id that the tenant has. */
  takenId: string | undefined;
  replays = 0;
  /** Appends that were sent once more after their answer. */
  repeated = 0;
  readonly #onAcknowledged: (events: number) => void;
  readonly #milestones: { readonly events: number; readonly reached: () => void }[] = [];

  constructor(onAcknowledged: (events: number) => void = () => {}) {
    this.#onAcknowledged = onAcknowledged;
  }

  /** Notes how an attempt ended. */
  settle(attempt: Attempt, outcome: Outcome): void {
    this.entries.push({ attempt, outcome });
    if (outcome.kind === "acknowledged") this.#acknowledge(attempt, outcome.result);
    if (outcome.kind === "rejected" && outcome.error instanceof ConcurrencyConflictError) {
      for (const violation of outcome.error.violations) {
        if (violation.kind === "expectation") this.#believe(violation.aggregateId, violation.actual);
      }
    }
  }

  /** Resolves when so many events have been acknowledged. */
  whenAcknowledged(events: number): Promise<void> {
    return new Promise((reached) => {
      if (this.acknowledgedEvents >= events) reached();
      else this.#milestones.push({ events, reached });
    });
  }

  count(accepts: (entry: LedgerEntry) => boolean): number {
    return this.entries.filter(accepts).length;
  }

  #acknowledge(attempt: Attempt, result: AppendResult): void {
    for (const { aggregateId, aggregateNonce } of result.aggregates)
      this.#believe(aggregateId, aggregateNonce);
    if (result.lastGlobalNonce > this.acknowledgedTo) this.acknowledgedTo = result.lastGlobalNonce;
    this.acknowledgedEvents += attempt.labels.length;
    this.takenId = attempt.request.appends[0]?.events[0]?.eventId ?? this.takenId;
    for (const milestone of this.#milestones) {
      if (this.acknowledgedEvents >= milestone.events) milestone.reached();
    }
    this.#onAcknowledged(this.acknowledgedEvents);
  }

  #believe(aggregateId: string, aggregateNonce: bigint): void {
    const before = this.beliefs.get(aggregateId) ?? 0n;
    if (aggregateNonce > before) this.beliefs.set(aggregateId, aggregateNonce);
  }
}

/** The label that a writer gave an event. */
export function labelOf(event: RecordedEvent): string {
  return new TextDecoder().decode(event.payload).trimEnd();
}

/** What an answer says that cannot be true, whatever the log holds. */
export function contradictions({ attempt, outcome }: LedgerEntry): string[] {
  const { appends } = attempt.request;
  if (outcome.kind === "rejected" && outcome.error instanceof ConcurrencyConflictError) {
    return outcome.error.violations.flatMap((violation) =>
      violation.kind === "expectation" && holds(violation.expected, violation.actual)
        ? [`A conflict named ${violation.aggregateId} at ${violation.actual}, which is what was expected.`]
        : [],
    );
  }
  if (outcome.kind !== "acknowledged") return [];
  const { result, knownTo } = outcome;
  const found: string[] = [];
  const name = attempt.labels[0];
  const count = BigInt(attempt.labels.length);
  if (result.lastGlobalNonce - result.firstGlobalNonce + 1n !== count) {
    found.push(`${name}: ${count} events got ${result.firstGlobalNonce} to ${result.lastGlobalNonce}.`);
  }
  if (result.firstGlobalNonce <= knownTo) {
    found.push(
      `${name} got ${result.firstGlobalNonce}, but ${knownTo} had been acknowledged before it was sent.`,
    );
  }
  appends.forEach(({ aggregateId, expected, events }, i) => {
    const before = (result.aggregates[i]?.aggregateNonce ?? -1n) - BigInt(events.length);
    if (!holds(expected, before)) {
      found.push(
        `${name} was accepted with ${aggregateId} at ${before}, although it expected ${expected.kind}.`,
      );
    }
  });
  return found;
}
