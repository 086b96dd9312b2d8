import { ConcurrencyConflictError, matches, type Violation } from "@leftfold/core";
import type { LogIndex } from "./log-index.ts";
import type { LedgerEntry } from "./storm-ledger.ts";

/**
 * What a rejection said that was never so since its append was sent: a store that is out of date, or that trusts what was never
 * committed, rejects what it has to accept.
 */
export function rejectionFaults({ attempt, outcome }: LedgerEntry, index: LogIndex): string[] {
  if (outcome.kind !== "rejected") return [];
  const { error, knownTo } = outcome;
  const name = attempt.labels[0];
  if (error instanceof ConcurrencyConflictError) {
    return error.violations.flatMap((violation) => {
      const wrong =
        violation.kind === "expectation"
          ? wrongNonce(violation, knownTo, index)
          : wrongMatch(violation, attempt.request.conditions?.[violation.index], index);
      return wrong === undefined ? [] : [`${name} was rejected for ${wrong}.`];
    });
  }
  const unknown = error.eventIds.filter((eventId) => !index.hasEventId(eventId));
  return unknown.map((eventId) => `${name} was rejected for the event id ${eventId}, which is not there.`);
}

type Expectation = Extract<Violation, { kind: "expectation" }>;
type ConditionViolation = Extract<Violation, { kind: "condition" }>;

/** The aggregate was at the nonce that is told neither when the append was sent nor at any time since. */
function wrongNonce(
  { aggregateId, actual }: Expectation,
  knownTo: bigint,
  index: LogIndex,
): string | undefined {
  const least = index.nonceBefore(aggregateId, knownTo + 1n);
  const most = index.nonceBefore(aggregateId, BigInt(index.log.length) + 1n);
  if (actual >= least && actual <= most) return undefined;
  return `${aggregateId} at ${actual}, which went from ${least} to ${most}`;
}

/** The event that is told is not the first one that the condition forbids. */
function wrongMatch(
  { globalNonce }: ConditionViolation,
  condition: NonNullable<LedgerEntry["attempt"]["request"]["conditions"]>[number] | undefined,
  index: LogIndex,
): string | undefined {
  const { failIfMatches, after = 0n } = condition ?? { failIfMatches: { anyOf: [] } };
  const first = index.log.slice(Number(after)).find((event) => matches(failIfMatches, event));
  if (first?.globalNonce === globalNonce) return undefined;
  return `the event at ${globalNonce}, where the first one that its condition forbids is at ${first?.globalNonce}`;
}
