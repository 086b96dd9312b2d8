import type { RecordedEvent } from "@leftfold/core";
import { arbitraryMetadata, arbitraryName, arbitraryPayload, arbitraryTime } from "@leftfold/testing";
import fc from "fast-check";

/** An event with every field, of the length that is common. */
export function aRecordedEvent(fields: Partial<RecordedEvent> = {}): RecordedEvent {
  return {
    tenantId: "acme",
    globalNonce: 1_000_042n,
    aggregateType: "account",
    aggregateId: "account-17",
    aggregateNonce: 3n,
    eventId: "0195c9a0-7b1e-7000-8000-0242ac120002",
    eventType: "MoneyDeposited",
    eventVersion: 1,
    contentType: "application/json",
    occurredAt: new Date("2026-11-21T12:00:00.123Z"),
    recordedAt: new Date("2026-11-21T12:00:00.456Z"),
    tags: ["account:17", "region:eu"],
    correlationId: "c-1",
    causationId: "m-1",
    actorId: "user-9",
    metadata: { traceparent: "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01" },
    payload: new TextEncoder().encode('{"amount":12}'),
    ...fields,
  };
}

const uint64 = fc.oneof(
  fc.bigInt({ min: 0n, max: 1000n }),
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(
    2n ** 32n - 1n,
    2n ** 32n,
    2n ** 35n,
    2n ** 53n - 1n,
    2n ** 53n,
    2n ** 53n + 1n,
    2n ** 63n - 1n,
  ),
);
const uint32 = fc.oneof(fc.integer({ min: 0, max: 300 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1));
/** Also what no store records, such as nothing, and what is hard on encodings. */
const text = fc.oneof(
  { weight: 4, arbitrary: arbitraryName() },
  { weight: 1, arbitrary: fc.string({ unit: "binary", maxLength: 200 }) },
  {
    weight: 1,
    arbitrary: fc.constantFrom("", "\ufeffmark", "a\ufffdb", "\u0000", "x".repeat(127), "ä".repeat(64)),
  },
);
const metadata = fc.oneof(
  arbitraryMetadata(),
  fc.constantFrom<Record<string, string>>(
    { key: "v".repeat(120) },
    { key: "v".repeat(20_000) },
    JSON.parse('{"__proto__":"own","constructor":""}'),
  ),
);

/** Any event that the wire can carry, at the edges of every field. */
export function arbitraryRecordedEvent(): fc.Arbitrary<RecordedEvent> {
  const needed = {
    tenantId: text,
    globalNonce: uint64,
    aggregateType: text,
    aggregateId: text,
    aggregateNonce: uint64,
    eventId: fc.oneof(fc.uuid(), text),
    eventType: text,
    eventVersion: uint32,
    contentType: text,
    occurredAt: arbitraryTime(),
    recordedAt: arbitraryTime(),
    tags: fc.array(text, { maxLength: 4 }),
    metadata,
    payload: fc.oneof(arbitraryPayload(), fc.constant(new Uint8Array(17_000).fill(7))),
  };
  const optional = { correlationId: text, causationId: text, actorId: text };
  return fc.record<RecordedEvent, keyof typeof needed>(
    { ...needed, ...optional },
    { requiredKeys: Object.keys(needed) as (keyof typeof needed)[], noNullPrototype: true },
  );
}
