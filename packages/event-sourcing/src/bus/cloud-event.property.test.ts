import type { RecordedEvent } from "@leftfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import type { CloudEvent } from "./cloud-event.ts";
import { cloudEventFromHeaders, cloudEventToHeaders, type HeaderBinding } from "./cloud-event-headers.ts";
import { cloudEventFromJson, cloudEventToJson } from "./cloud-event-json.ts";
import { cloudEventOf } from "./cloud-event-of.ts";
import { recordedEventOf } from "./recorded-event-of.ts";

const name = fc.oneof(
  fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }),
  fc.string({ unit: "binary", minLength: 1, maxLength: 20 }),
  fc.constantFrom('"', '"a"', "%41", "a b", " ", "訂", "🎓", "￿", "a\r\nce-id: x", "a/b", "\\"),
);
const text = fc.oneof(fc.string({ unit: "binary", maxLength: 20 }), fc.constantFrom("\u0085", "__proto__"));
const nonce = fc.bigInt({ min: 1n, max: 2n ** 63n - 1n });
const time = fc.date({
  min: new Date("0001-01-01T00:00:00.000Z"),
  max: new Date("9999-12-31T23:59:59.999Z"),
  noInvalidDate: true,
});
const traceparent = fc.constantFrom(
  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
  "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-0",
  "",
);
const metadata = fc
  .tuple(
    fc.dictionary(text, text, { maxKeys: 4, noNullPrototype: true }),
    fc.record({ traceparent, tracestate: fc.oneof(text, fc.constant("a=1")) }, { requiredKeys: [] }),
  )
  .map(([others, trace]) => ({ ...others, ...trace }));
const utf8 = new TextEncoder();
const payload = fc.oneof(
  fc.uint8Array({ maxLength: 50 }),
  fc.json({ maxDepth: 2 }).map((json) => utf8.encode(json)),
  fc
    .constantFrom('{"a": 1}', "9007199254740993", "-0", '"\u2028"', "\ufeff{}", "null", "{}}")
    .map((json) => utf8.encode(json)),
);
const required = {
  tenantId: name,
  globalNonce: nonce,
  aggregateType: name,
  aggregateId: name,
  aggregateNonce: nonce,
  eventId: fc.uuid(),
  eventType: name,
  eventVersion: fc.integer({ min: 1, max: 2 ** 32 - 1 }),
  contentType: fc.oneof(
    fc.constantFrom(
      "application/json",
      "application/vnd.x+json; charset=utf-8",
      "text/plain",
      "json",
      "a/b;",
    ),
    name,
  ),
  occurredAt: time,
  recordedAt: time,
  tags: fc.array(name, { maxLength: 3 }),
  metadata,
  payload,
};
const recordedEvent: fc.Arbitrary<RecordedEvent> = fc.record<RecordedEvent, keyof typeof required>(
  { ...required, correlationId: name, causationId: name, actorId: name },
  { requiredKeys: Object.keys(required) as (keyof typeof required)[] },
);

/** Whether every attribute is what the specification takes for text: without control characters. */
function isClean(event: CloudEvent): boolean {
  const { tags = "", metadata: free = "" } = event.extensions;
  return !/\p{Cc}/u.test(tags + free);
}

test("a recorded event comes back from its CloudEvent", () => {
  fc.assert(
    fc.property(recordedEvent, (event) => {
      const cloudEvent = cloudEventOf(event, { source: "urn:x", dataschema: () => "https://x/y" });
      expect(recordedEventOf(cloudEvent)).toEqual(event);
      expect(isClean(cloudEvent)).toBe(true);
    }),
  );
});

test("a CloudEvent comes back from its JSON, whatever its data", () => {
  fc.assert(
    fc.property(recordedEvent, fc.boolean(), (event, asBytes) => {
      const cloudEvent = cloudEventOf(event);
      const json = cloudEventToJson(cloudEvent);
      expect(cloudEventFromJson(asBytes ? utf8.encode(json) : json)).toEqual(cloudEvent);
    }),
  );
});

test("a CloudEvent comes back from its headers, which are printable ASCII", () => {
  fc.assert(
    fc.property(recordedEvent, fc.constantFrom<HeaderBinding>("http", "nats"), (event, binding) => {
      const cloudEvent = cloudEventOf(event);
      const headers = Object.entries(cloudEventToHeaders(cloudEvent, binding));
      for (const [header, value] of headers) {
        expect(header).toMatch(/^(ce-[a-z0-9]+|content-type)$/);
        expect(value).toMatch(/^[\x20-\x7e]*$/);
      }
      const shouted = headers.map(([header, value]) => [header.toUpperCase(), value] as const);
      expect(cloudEventFromHeaders(shouted, event.payload, binding)).toEqual(cloudEvent);
    }),
  );
});
