import type { ProposedEvent } from "@leftfold/core";
import fc from "fast-check";
import { anyNames, arbitraryName, type NameSource } from "./names.ts";

/** Any valid event, of 300 bytes of payload at most; without a nonce, as that depends on its place. */
export function arbitraryProposedEvent(names: NameSource = anyNames()): fc.Arbitrary<ProposedEvent> {
  const needed = {
    eventType: names.eventType,
    payload: arbitraryPayload(),
    contentType: fc.oneof(fc.constant("application/json"), arbitraryName()),
  };
  const optional = {
    eventId: names.eventId,
    eventVersion: fc.oneof(fc.integer({ min: 1, max: 9 }), fc.constantFrom(2 ** 31, 2 ** 32 - 1)),
    tags: fc.uniqueArray(names.tag, { maxLength: 5 }),
    occurredAt: arbitraryTime(),
    correlationId: arbitraryName(),
    causationId: arbitraryName(),
    actorId: arbitraryName(),
    metadata: arbitraryMetadata(),
  };
  return fc.oneof(
    { weight: 1, arbitrary: fc.record(needed) },
    {
      weight: 4,
      arbitrary: fc.record<ProposedEvent, keyof typeof needed>(
        { ...needed, ...optional },
        { requiredKeys: ["eventType", "payload", "contentType"] },
      ),
    },
  );
}

/** Bytes: none, a few, or text. */
export function arbitraryPayload(): fc.Arbitrary<Uint8Array> {
  const utf8 = new TextEncoder();
  return fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.json({ maxDepth: 2 }).map((text) => utf8.encode(text)),
    fc.constant(new Uint8Array()),
  );
}

/** A time in the years 1 to 9999, to the millisecond. */
export function arbitraryTime(): fc.Arbitrary<Date> {
  const min = new Date("0001-01-01T00:00:00.000Z");
  const max = new Date("9999-12-31T23:59:59.999Z");
  return fc.oneof(fc.date({ min, max, noInvalidDate: true }), fc.constantFrom(min, max, new Date(-1)));
}

/** A few entries of well-formed Unicode; keys and values may be empty, and hold control characters. */
export function arbitraryMetadata(): fc.Arbitrary<Record<string, string>> {
  const text = fc.string({ unit: "binary", maxLength: 20 });
  return fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true });
}
