import type { AggregateAppend, AppendCondition, AppendRequest } from "./append.ts";
import type { ProposedEvent } from "./event.ts";
import { type ExpectedNonce, pinnedNonce } from "./expected-nonce.ts";
import { Findings } from "./findings.ts";
import type { Limits } from "./limits.ts";
import type { Place } from "./place.ts";
import { checkEvent, isUuid, weight } from "./validate-event.ts";
import { checkQuery } from "./validate-query.ts";

declare const validated: unique symbol;

/** An append that meets every rule and limit; the only kind that `decide` takes. */
export interface ValidAppend extends AppendRequest {
  readonly [validated]: true;
  readonly eventCount: number;
  /** What the append weighs: the bytes of payloads and metadata, and the characters of names. */
  readonly byteCount: number;
}

/**
 * Checks an append against every rule and limit that needs no knowledge of the log.
 *
 * @throws `invalid-argument` naming each field, its value and the limit.
 */
export function validateAppend(request: AppendRequest, limits: Limits): ValidAppend {
  const findings = new Findings();
  if (!findings.object(undefined, "request", request)) findings.throwIfAny();
  const { appends, conditions, idempotencyKey } = request;
  findings.optionalName(undefined, "idempotencyKey", idempotencyKey, limits.nameCharsMax);
  const measure: Measure = { eventCount: 0, byteCount: 0, eventIds: undefined };
  if (findings.list(undefined, "appends", appends, 1, limits.eventsMax)) {
    checkAppends(findings, appends, limits, measure);
  }
  if (conditions !== undefined) checkConditions(findings, conditions, limits);
  findings.throwIfAny();
  const { eventCount, byteCount } = measure;
  return { appends, conditions, idempotencyKey, eventCount, byteCount } as ValidAppend;
}

interface Measure {
  eventCount: number;
  byteCount: number;
  /** The event ids so far; none was given while undefined. */
  eventIds: Set<string> | undefined;
}

const appendsPlace: Place = { outer: undefined, key: "appends" };
const conditionsPlace: Place = { outer: undefined, key: "conditions" };

function checkAppends(
  findings: Findings,
  appends: readonly AggregateAppend[],
  limits: Limits,
  measure: Measure,
): void {
  const seen = appends.length > 1 ? new Set<string>() : undefined;
  for (let i = 0; i < appends.length; i++) {
    const append = appends[i]!;
    if (!findings.object(appendsPlace, i, append)) continue;
    const at: Place = { outer: appendsPlace, key: i };
    checkAggregate(findings, at, append, limits, seen);
    measure.byteCount += weight(append.aggregateType) + weight(append.aggregateId);
    const pinned = checkExpected(findings, at, append.expected);
    if (!Array.isArray(append.events)) {
      findings.add(at, "events", append.events, "a list");
      continue;
    }
    measure.eventCount += append.events.length;
    if (measure.eventCount <= limits.eventsMax) {
      checkEvents(findings, at, append.events, pinned, limits, measure);
    }
  }
  const { eventCount, byteCount } = measure;
  if (eventCount > limits.eventsMax) {
    findings.describe(undefined, "appends", `${eventCount} events in all`, `at most ${limits.eventsMax}`);
  }
  if (byteCount > limits.appendBytesMax) {
    findings.describe(undefined, "appends", `${byteCount} bytes in all`, `at most ${limits.appendBytesMax}`);
  }
}

function checkAggregate(
  findings: Findings,
  at: Place,
  { aggregateType, aggregateId }: AggregateAppend,
  limits: Limits,
  seen: Set<string> | undefined,
): void {
  findings.name(at, "aggregateType", aggregateType, limits.nameCharsMax);
  findings.name(at, "aggregateId", aggregateId, limits.nameCharsMax);
  if (seen === undefined || typeof aggregateType !== "string" || typeof aggregateId !== "string") return;
  const aggregate = `${aggregateType.length}:${aggregateType}${aggregateId}`;
  if (seen.has(aggregate)) {
    findings.add(at, "aggregateId", aggregateId, "an aggregate that this append names only once");
  }
  seen.add(aggregate);
}

const expectedKinds: readonly unknown[] = ["exact", "noStream", "streamExists", "any"];

/**
 * The nonce that the expectation pins down; undefined when it leaves it to the store, null when it is
 * ill-formed.
 */
function checkExpected(findings: Findings, at: Place, expected: ExpectedNonce): bigint | undefined | null {
  if (!findings.object(at, "expected", expected)) return null;
  const { kind } = expected;
  findings.oneOf(at, "expected", kind, expectedKinds);
  if (kind === "exact") findings.nonce(at, "expected.nonce", expected.nonce, 0n);
  const pinned = expectedKinds.includes(kind) ? pinnedNonce(expected) : null;
  return pinned === undefined || typeof pinned === "bigint" ? pinned : null;
}

function checkEvents(
  findings: Findings,
  at: Place,
  events: readonly ProposedEvent[],
  pinned: bigint | undefined | null,
  limits: Limits,
  measure: Measure,
): void {
  const list: Place = { outer: at, key: "events" };
  for (let i = 0; i < events.length; i++) {
    const event = events[i]!;
    if (!findings.object(list, i, event)) continue;
    const place: Place = { outer: list, key: i };
    measure.byteCount += checkEvent(findings, place, event, limits);
    if (event.eventId !== undefined) checkEventId(findings, place, event.eventId, measure);
    if (event.aggregateNonce !== undefined && pinned !== null) {
      const next = pinned === undefined ? undefined : pinned + 1n + BigInt(i);
      checkProposal(findings, place, event.aggregateNonce, next);
    }
  }
}

function checkEventId(findings: Findings, at: Place, eventId: string, measure: Measure): void {
  if (!isUuid(eventId)) {
    findings.add(at, "eventId", eventId, "a UUID in lower case");
    return;
  }
  measure.eventIds ??= new Set();
  if (measure.eventIds.has(eventId)) {
    findings.add(at, "eventId", eventId, "an id that this append uses only once");
  }
  measure.eventIds.add(eventId);
}

function checkProposal(findings: Findings, at: Place, proposed: bigint, next: bigint | undefined): void {
  if (proposed === next) return;
  const limit =
    next === undefined
      ? "absent, as the expectation leaves it to the store"
      : `${next}, as it follows from the expectation`;
  findings.add(at, "aggregateNonce", proposed, limit);
}

function checkConditions(findings: Findings, conditions: readonly AppendCondition[], limits: Limits): void {
  if (!findings.list(undefined, "conditions", conditions, 0, limits.conditionsMax)) return;
  for (let i = 0; i < conditions.length; i++) {
    const condition = conditions[i]!;
    if (!findings.object(conditionsPlace, i, condition)) continue;
    const at: Place = { outer: conditionsPlace, key: i };
    checkQuery(findings, at, "failIfMatches", condition.failIfMatches, limits);
    findings.optionalNonce(at, "after", condition.after, 0n);
  }
}
