import { createHash } from "node:crypto";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { AggregateAppend, AppendCondition, AppendRequest } from "./append.ts";
import { feedContent } from "./append-content.ts";
import type { ProposedEvent } from "./event.ts";
import type { EventQueryItem } from "./event-query.ts";
import { any, type ExpectedNonce, exact, streamExists } from "./expected-nonce.ts";

function fingerprint(request: AppendRequest): string {
  const hash = createHash("sha256");
  feedContent(hash, request);
  return hash.digest("hex");
}

/** Anything that punctuation could confuse. */
const word = fc.string({
  unit: fc.constantFrom("a", "b", ",", '"', "[", "]", "\\", "é"),
  minLength: 1,
  maxLength: 4,
});
const words = fc.uniqueArray(word, { maxLength: 3 });
const event: fc.Arbitrary<Required<ProposedEvent>> = fc.record({
  eventType: word,
  contentType: word,
  payload: fc.uint8Array({ maxLength: 6 }),
  eventId: fc.uuid(),
  eventVersion: fc.integer({ min: 1, max: 5 }),
  aggregateNonce: fc.constant(undefined),
  tags: words,
  occurredAt: fc.date({ noInvalidDate: true }),
  correlationId: fc.option(word, { nil: undefined }),
  causationId: fc.option(word, { nil: undefined }),
  actorId: fc.option(word, { nil: undefined }),
  metadata: fc.dictionary(word, word, { maxKeys: 3 }),
});
const expected: fc.Arbitrary<ExpectedNonce> = fc.oneof(
  fc.bigInt({ min: 0n, max: 9n }).map(exact),
  fc.constantFrom(streamExists, any),
);
const append: fc.Arbitrary<AggregateAppend> = fc.record({
  aggregateType: word,
  aggregateId: word,
  expected,
  events: fc.array(event, { maxLength: 3 }),
});
const item: fc.Arbitrary<Required<EventQueryItem>> = fc.record({
  eventTypes: words,
  aggregateTypes: words,
  aggregateIdPrefix: word,
  tags: words,
});
const condition: fc.Arbitrary<AppendCondition> = fc.record({
  failIfMatches: fc.record({ anyOf: fc.array(item, { minLength: 1, maxLength: 2 }) }),
  after: fc.bigInt({ min: 0n, max: 9n }),
});
const request: fc.Arbitrary<AppendRequest> = fc.record({
  appends: fc.array(append, { minLength: 1, maxLength: 3 }),
  conditions: fc.array(condition, { maxLength: 2 }),
});

/** Gives another value than the one that it got, for one leaf or one list of a request. */
function changed(value: unknown): unknown {
  if (typeof value === "string") return `${value}a`;
  if (typeof value === "number") return value + 1;
  if (typeof value === "bigint") return value + 1n;
  if (value === undefined) return "a";
  if (value instanceof Date) return new Date(value.getTime() + (value.getTime() > 0 ? -1 : 1));
  if (value instanceof Uint8Array)
    return value.length === 0 ? new Uint8Array(1) : value.map((byte) => byte ^ 1);
  throw new Error(`no way to change ${String(value)}`);
}

type Path = readonly (string | number)[];

/** The places of all leaves. */
function leaves(value: unknown, path: Path = []): Path[] {
  if (typeof value !== "object" || value === null || value instanceof Date || value instanceof Uint8Array) {
    return [path];
  }
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, key]));
}

function changedAt(value: unknown, [key, ...rest]: Path): unknown {
  if (key === undefined) return changed(value);
  if (Array.isArray(value)) {
    return value.map((entry, i) => (String(i) === key ? changedAt(entry, rest) : entry));
  }
  const object = value as Record<string, unknown>;
  // A default in place of a value is a change as well, and both go through here.
  return { ...object, [key]: changedAt(object[key], rest) };
}

/** What cannot be changed alone: the kind of an expectation, and a nonce that follows from it. */
const unchangeable = (path: Path): boolean => path.at(-1) === "kind" || path.at(-1) === "aggregateNonce";

test("the same content gives the same hash", () => {
  fc.assert(
    fc.property(request, (request) => {
      expect(fingerprint(structuredClone(request))).toBe(fingerprint(request));
    }),
  );
});

test("a change of any single field changes the hash", () => {
  fc.assert(
    fc.property(request, fc.nat(), (request, at) => {
      const paths = leaves(request).filter((path) => !unchangeable(path));
      const path = paths[at % paths.length]!;
      expect(fingerprint(changedAt(request, path) as AppendRequest)).not.toBe(fingerprint(request));
    }),
    { numRuns: 2000 },
  );
});
