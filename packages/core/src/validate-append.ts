import type { AggregateAppend, AppendRequest } from "./append.ts";
import type { ProposedEvent } from "./event.ts";
import { pinnedNonce } from "./expected-nonce.ts";
import { Findings } from "./findings.ts";
import type { Limits } from "./limits.ts";
import { nonceMax } from "./limits.ts";
import { checkQuery } from "./validate-query.ts";

declare const validated: unique symbol;

/** An append that meets every rule and limit; the only kind that `decide` takes. */
export interface ValidAppend extends AppendRequest {
  readonly [validated]: true;
  readonly eventCount: number;
  /** What the append weighs: payloads, metadata and names. */
  readonly byteCount: number;
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const occurredAtMin = Date.parse("0001-01-01T00:00:00Z");
const occurredAtMax = Date.parse("9999-12-31T23:59:59.999Z");

/**
 * Checks an append against every rule and limit that needs no knowledge of the log.
 *
 * @throws `invalid-argument` naming each field, its value and the limit.
 */
export function validateAppend(request: AppendRequest, limits: Limits): ValidAppend {
  const findings = new Findings();
  const { appends, conditions, idempotencyKey } = request;
  findings.optionalName("idempotencyKey", idempotencyKey, limits.nameCharsMax);
  if (!Array.isArray(appends) || appends.length < 1 || appends.length > limits.eventsMax) {
    findings.describe("appends", `a list of ${appends?.length ?? 0}`, `a list of 1 to ${limits.eventsMax}`);
    findings.throwIfAny();
  }
  const measure: Measure = { eventCount: 0, byteCount: 0, eventIds: undefined };
  checkAppends(findings, appends, limits, measure);
  if (measure.eventCount > limits.eventsMax) {
    findings.describe("appends", `${measure.eventCount} events in all`, `at most ${limits.eventsMax}`);
  }
  if (measure.byteCount > limits.appendBytesMax) {
    findings.describe(
      "appends",
      `${measure.byteCount} bytes`,
      `at most ${limits.appendBytesMax} bytes in all`,
    );
  }
  if (conditions !== undefined) checkConditions(findings, conditions, limits);
  findings.throwIfAny();
  const { eventCount, byteCount } = measure;
  return { appends, conditions, idempotencyKey, eventCount, byteCount } as unknown as ValidAppend;
}

interface Measure {
  eventCount: number;
  byteCount: number;
  eventIds: Set<string> | undefined;
}

function checkAppends(
  findings: Findings,
  appends: readonly AggregateAppend[],
  limits: Limits,
  measure: Measure,
): void {
  const seen = appends.length > 1 ? new Map<string, Set<string>>() : undefined;
  for (let i = 0; i < appends.length; i++) {
    const append = appends[i]!;
    const field = `appends[${i}]`;
    findings.name(`${field}.aggregateType`, append.aggregateType, limits.nameCharsMax);
    findings.name(`${field}.aggregateId`, append.aggregateId, limits.nameCharsMax);
    checkExpected(findings, field, append);
    if (seen && !addOnce(seen, append.aggregateType, append.aggregateId)) {
      findings.add(
        `${field}.aggregateId`,
        append.aggregateId,
        "an aggregate that this append names only once",
      );
    }
    if (!Array.isArray(append.events)) {
      findings.add(`${field}.events`, append.events, "a list");
      continue;
    }
    measure.eventCount += append.events.length;
    if (measure.eventCount > limits.eventsMax) continue;
    checkEvents(findings, field, append, limits, measure);
  }
}

function addOnce(seen: Map<string, Set<string>>, aggregateType: string, aggregateId: string): boolean {
  const ids = seen.get(aggregateType);
  if (ids === undefined) return seen.set(aggregateType, new Set([aggregateId])) !== undefined;
  return ids.size < ids.add(aggregateId).size;
}

const expectedKinds = ["exact", "noStream", "streamExists", "any"];

function checkExpected(findings: Findings, field: string, { expected }: AggregateAppend): void {
  const kind = expected?.kind;
  findings.oneOf(`${field}.expected`, kind, expectedKinds);
  if (
    kind === "exact" &&
    (typeof expected.nonce !== "bigint" || expected.nonce < 0n || expected.nonce > nonceMax)
  ) {
    findings.add(`${field}.expected.nonce`, expected.nonce, `a bigint from 0 to ${nonceMax}`);
  }
}

function checkEvents(
  findings: Findings,
  field: string,
  append: AggregateAppend,
  limits: Limits,
  measure: Measure,
): void {
  const pinned = append.expected?.kind ? pinnedNonce(append.expected) : undefined;
  for (let i = 0; i < append.events.length; i++) {
    const event = append.events[i]!;
    const at = (name: string): string => `${field}.events[${i}].${name}`;
    measure.byteCount += checkEvent(findings, at, event, limits);
    if (event.eventId !== undefined) checkEventId(findings, at("eventId"), event.eventId, measure);
    if (event.aggregateNonce !== undefined) {
      const next = typeof pinned === "bigint" ? pinned + 1n + BigInt(i) : undefined;
      if (event.aggregateNonce !== next) {
        findings.add(
          at("aggregateNonce"),
          event.aggregateNonce,
          next === undefined
            ? "absent, as the expectation leaves it to the store"
            : `${next}, as it follows from the expectation`,
        );
      }
    }
  }
}

function checkEventId(findings: Findings, field: string, eventId: string, measure: Measure): void {
  if (typeof eventId !== "string" || !uuid.test(eventId)) {
    findings.add(field, eventId, "a UUID in lower case");
    return;
  }
  measure.eventIds ??= new Set();
  if (measure.eventIds.has(eventId)) findings.add(field, eventId, "an id that this append uses only once");
  measure.eventIds.add(eventId);
}

/** Checks one event and returns what it weighs. */
function checkEvent(
  findings: Findings,
  at: (name: string) => string,
  event: ProposedEvent,
  limits: Limits,
): number {
  const { payload, occurredAt, tags, metadata } = event;
  findings.name(at("eventType"), event.eventType, limits.nameCharsMax);
  findings.name(at("contentType"), event.contentType, limits.nameCharsMax);
  findings.optionalName(at("correlationId"), event.correlationId, limits.nameCharsMax);
  findings.optionalName(at("causationId"), event.causationId, limits.nameCharsMax);
  findings.optionalName(at("actorId"), event.actorId, limits.nameCharsMax);
  findings.optionalCount(at("eventVersion"), event.eventVersion);
  if (!(payload instanceof Uint8Array)) {
    findings.describe(at("payload"), typeof payload, "a Uint8Array");
    return 0;
  }
  if (payload.byteLength > limits.payloadBytesMax) {
    findings.describe(
      at("payload"),
      `${payload.byteLength} bytes`,
      `at most ${limits.payloadBytesMax} bytes`,
    );
  }
  if (occurredAt !== undefined && !isRecordable(occurredAt)) {
    findings.add(at("occurredAt"), occurredAt, "a Date in the years 1 to 9999");
  }
  let byteCount = payload.byteLength + event.eventType.length;
  if (tags !== undefined) byteCount += checkTags(findings, at("tags"), tags, limits);
  if (metadata !== undefined) byteCount += checkMetadata(findings, at("metadata"), metadata, limits);
  return byteCount;
}

function isRecordable(date: Date): boolean {
  return date instanceof Date && date.getTime() >= occurredAtMin && date.getTime() <= occurredAtMax;
}

/** Checks an event's tags and returns what they weigh. */
function checkTags(findings: Findings, field: string, tags: readonly string[], limits: Limits): number {
  if (!Array.isArray(tags) || tags.length > limits.tagsMax) {
    findings.describe(field, `a list of ${tags?.length}`, `a list of at most ${limits.tagsMax}`);
    return 0;
  }
  for (let i = 0; i < tags.length; i++) {
    findings.name(`${field}[${i}]`, tags[i], limits.nameCharsMax);
    if (tags.indexOf(tags[i]!) !== i)
      findings.add(`${field}[${i}]`, tags[i], "a tag that this event has only once");
  }
  return tags.reduce((sum, tag) => sum + tag.length, 0);
}

/** Checks an event's metadata and returns what it weighs. */
function checkMetadata(
  findings: Findings,
  field: string,
  metadata: Readonly<Record<string, string>>,
  limits: Limits,
): number {
  if (typeof metadata !== "object" || metadata === null) {
    findings.add(field, metadata, "an object of strings");
    return 0;
  }
  let byteCount = 0;
  for (const key in metadata) {
    const value: unknown = metadata[key];
    if (typeof value !== "string" || !value.isWellFormed() || !key.isWellFormed()) {
      findings.add(
        `${field}[${JSON.stringify(key)}]`,
        value,
        "a string of well-formed Unicode, key and value",
      );
    } else {
      byteCount += utf8Length(key) + utf8Length(value);
    }
  }
  if (byteCount > limits.metadataBytesMax) {
    findings.describe(
      field,
      `${byteCount} bytes`,
      `at most ${limits.metadataBytesMax} bytes, keys and values together`,
    );
  }
  return byteCount;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is 2 units and 4 bytes: each half adds one. Anything else above 0x7ff is 1 unit and 3 bytes.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}

function checkConditions(findings: Findings, conditions: AppendRequest["conditions"], limits: Limits): void {
  if (!Array.isArray(conditions) || conditions.length > limits.conditionsMax) {
    findings.describe(
      "conditions",
      `a list of ${conditions?.length}`,
      `a list of at most ${limits.conditionsMax}`,
    );
    return;
  }
  for (let i = 0; i < conditions.length; i++) {
    checkQuery(findings, `conditions[${i}].failIfMatches`, conditions[i]!.failIfMatches, limits);
    findings.optionalNonce(`conditions[${i}].after`, conditions[i]!.after, 0n);
  }
}
