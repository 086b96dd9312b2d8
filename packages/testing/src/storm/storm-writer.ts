import { setImmediate } from "node:timers/promises";
import {
  type AppendResult,
  ConcurrencyConflictError,
  DuplicateEventIdError,
  type EventStore,
  EventStoreError,
  exact,
  pinnedNonce,
} from "@leftfold/core";
import type { SeededRandom } from "../builders/seeded-random.ts";
import { type Attempt, attemptOf } from "./storm-attempt.ts";
import type { LedgerEntry, Outcome, StormLedger } from "./storm-ledger.ts";
import { drawPlan, type Plan } from "./storm-plan.ts";
import type { StormRoute } from "./storm-route.ts";
import type { StormWatch } from "./storm-watch.ts";
import { pauseBeforeRetry, untilAvailable } from "./until-available.ts";

/** The events that are still to be written; writers take from it, and give back what was not acknowledged. */
export interface EventBudget {
  left: number;
}

export interface WriterOptions {
  readonly name: string;
  readonly stores: readonly EventStore[];
  /** Which of them an append is sent to first. */
  readonly route: StormRoute;
  readonly random: SeededRandom;
  readonly ledger: StormLedger;
  readonly watch: StormWatch;
  readonly budget: EventBudget;
  readonly aggregates: number;
  readonly claims: number;
  readonly payloadBytes: number | undefined;
}

const appendEventsMax = 12;
const triesAfterConflict = 5;
/** Of the newest answers, so many are open to be asked for again. */
const repeatableMax = 200;
const triesAfterOutage = 60;

/** Appends until the budget is used up: draws an append, settles it, and after a conflict decides again. */
export async function write(options: WriterOptions): Promise<void> {
  const { name, random, ledger, watch, budget, aggregates, claims, payloadBytes } = options;
  let attempts = 0;
  while (budget.left > 0) {
    const believed = (aggregateId: string): bigint => {
      const nonce = ledger.beliefs.get(aggregateId) ?? 0n;
      return nonce > 0n && random.chance(0.04) ? nonce - 1n : nonce;
    };
    const eventsMax = Math.min(budget.left, appendEventsMax);
    let plan: Plan | undefined = drawPlan(random, { aggregates, claims, eventsMax, believed });
    const count = plan.parts.reduce((sum, { eventCount }) => sum + eventCount, 0);
    budget.left -= count;
    for (let tries = 0; plan !== undefined; tries++) {
      const { acknowledgedTo: knownTo, takenId } = ledger;
      const attempt = attemptOf(plan, { name: `${name}-${attempts++}`, knownTo, takenId, payloadBytes });
      const outcome = await settle(attempt, knownTo, options);
      ledger.settle(attempt, outcome);
      watch.moved();
      const again = outcome.kind === "rejected" && tries < triesAfterConflict;
      plan = again ? decideAgain(plan, outcome.error, ledger.beliefs) : undefined;
      if (plan === undefined && outcome.kind !== "acknowledged") budget.left += count;
      if (random.chance(0.03)) await repeatOne(options);
      // However fast the store is, readers have their turn.
      await setImmediate();
    }
  }
}

/** Sends an append once more that was acknowledged under a key: the first result has to come back. */
async function repeatOne({ random, ledger, ...options }: WriterOptions): Promise<void> {
  const newest = ledger.entries.slice(-repeatableMax).filter(isRepeatable);
  if (newest.length > 0) await repeat(random.pick(newest), { random, ledger, ...options });
}

/**
 * Sends some of the appends once more that were acknowledged under a key, from first to last.
 *
 * @param max how many of them at most.
 */
export async function repeatSome(options: RepeatOptions, max: number): Promise<void> {
  const repeatable = options.ledger.entries.filter(isRepeatable);
  const step = Math.max(1, Math.ceil(repeatable.length / max));
  for (let i = 0; i < repeatable.length; i += step) await repeat(repeatable[i]!, options);
}

interface Acknowledged extends LedgerEntry {
  readonly outcome: Outcome & { readonly kind: "acknowledged" };
}

function isRepeatable(entry: LedgerEntry): entry is Acknowledged {
  return entry.outcome.kind === "acknowledged" && entry.attempt.plan.keyed;
}

type RepeatOptions = Pick<WriterOptions, "stores" | "random" | "ledger" | "watch">;

async function repeat({ attempt, outcome }: Acknowledged, options: RepeatOptions): Promise<void> {
  const { stores, random, ledger, watch } = options;
  const send = () => random.pick(stores).append(attempt.request, { signal: watch.signal });
  const answer = await untilAvailable(send, watch).catch((error: unknown) => {
    if (error instanceof EventStoreError && !error.retryable) return error;
    throw error;
  });
  ledger.repeated++;
  watch.moved();
  if ("replayed" in answer && answer.replayed && sameResult(answer, outcome.result)) return;
  ledger.findings.push(`${attempt.labels[0]} was sent once more under its key, and got another answer.`);
}

/** The plan with what a conflict told; undefined when nothing can be done about it. */
function decideAgain(
  plan: Plan,
  error: ConcurrencyConflictError | DuplicateEventIdError,
  beliefs: ReadonlyMap<string, bigint>,
): Plan | undefined {
  if (error instanceof DuplicateEventIdError) return { ...plan, reusesId: false };
  const parts = plan.parts.map((part) =>
    pinnedNonce(part.expected) === undefined
      ? part
      : { ...part, expected: exact(beliefs.get(part.aggregateId) ?? 0n) },
  );
  const taken = error.violations.some(({ kind }) => kind === "condition");
  return { ...plan, parts, ...(taken && { claim: undefined, guarded: false }) };
}

/** Sends an attempt, once or twice at once, and tells how it ended. */
async function settle(attempt: Attempt, knownTo: bigint, options: WriterOptions): Promise<Outcome> {
  const sends = attempt.plan.doubled ? 2 : 1;
  const outcomes = await Promise.all(
    Array.from({ length: sends }, () => settleOne(attempt, knownTo, options)),
  );
  const accepted = outcomes.find((outcome) => outcome.kind === "acknowledged");
  if (accepted === undefined) return outcomes.find(({ kind }) => kind === "unknown") ?? outcomes[0]!;
  if (!outcomes.every((outcome) => agrees(outcome, accepted.result, attempt))) {
    throw new Error(`Two answers for ${attempt.labels[0]} under one key differ.`);
  }
  return accepted;
}

/** Whether an answer can be given beside an acknowledgement of the same append under the same key. */
function agrees(outcome: Outcome, accepted: AppendResult, { request }: Attempt): boolean {
  if (outcome.kind === "unknown") return true;
  if (outcome.kind === "acknowledged") return sameResult(outcome.result, accepted);
  const { error } = outcome;
  if (error instanceof DuplicateEventIdError) return false;
  // It may have been judged by an earlier state; afterwards, the key answers.
  return error.violations.some((violation) => {
    if (violation.kind === "condition") return false;
    const i = request.appends.findIndex(({ aggregateId }) => aggregateId === violation.aggregateId);
    const before = accepted.aggregates[i]!.aggregateNonce - BigInt(request.appends[i]!.events.length);
    return violation.actual < before;
  });
}

function sameResult(one: AppendResult, other: AppendResult): boolean {
  return (
    one.firstGlobalNonce === other.firstGlobalNonce &&
    one.lastGlobalNonce === other.lastGlobalNonce &&
    one.aggregates.every(({ aggregateNonce }, i) => aggregateNonce === other.aggregates[i]?.aggregateNonce)
  );
}

/** Sends an append, again and again under its key while the outcome is unknown. */
async function settleOne(
  { request, plan }: Attempt,
  knownTo: bigint,
  { stores, route, random, ledger, watch }: WriterOptions,
): Promise<Outcome> {
  for (let tries = 1; ; tries++) {
    try {
      const store = tries === 1 ? route.next() : random.pick(stores);
      const result = await store.append(request, { signal: watch.signal });
      if (result.replayed) ledger.replays++;
      return { kind: "acknowledged", result, knownTo };
    } catch (error) {
      if (error instanceof ConcurrencyConflictError || error instanceof DuplicateEventIdError) {
        // What was sent before may still be on its way, and find a state that it is right for.
        return tries === 1 ? { kind: "rejected", error, knownTo } : { kind: "unknown" };
      }
      if (tries === triesAfterOutage) throw error;
      await pauseBeforeRetry(error, tries, watch);
      if (!plan.keyed) return { kind: "unknown" };
    }
  }
}
