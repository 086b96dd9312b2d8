import { describe, expect, test } from "vitest";
import { InvalidArgumentError } from "./errors.ts";
import type { ProposedEvent } from "./event.ts";
import { Findings } from "./findings.ts";
import { defaultLimits, type Limits, uint32Max } from "./limits.ts";
import { checkEvent } from "./validate-event.ts";

const place = { outer: undefined, key: "event" };
const event: ProposedEvent = { eventType: "E", contentType: "c", payload: new Uint8Array() };

/** What is found wrong with an event that differs from a well-formed one, each as `field: value; limit`. */
function faults(changes: object, limits: Partial<Limits> = {}): readonly string[] {
  const findings = new Findings();
  checkEvent(
    findings,
    { outer: undefined, key: "event" },
    { ...event, ...changes },
    { ...defaultLimits, ...limits },
  );
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field, value, limit }) => `${field}: ${value}; ${limit}`);
  }
}

test("weighs payload and metadata in bytes, and names in characters", () => {
  const edges = [
    "\u007f",
    "\u0080",
    "\u07ff",
    "\u0800",
    "\ud7ff",
    "\ue000",
    "\uffff",
    "\u{10000}",
    "\u{10ffff}",
  ];
  for (const text of [...edges, edges.join("")]) {
    const bytes = new TextEncoder().encode(text).byteLength;
    const heavy = {
      ...event,
      eventType: "é",
      contentType: "éé",
      correlationId: "é".repeat(4),
      causationId: "é".repeat(8),
      actorId: "é".repeat(16),
      tags: ["é".repeat(32), "é".repeat(64)],
      payload: new Uint8Array(1000),
      metadata: { [text]: text },
    };
    expect(checkEvent(new Findings(), place, heavy, defaultLimits)).toBe(127 + 1000 + 2 * bytes);
  }
});

test.each(["eventType", "contentType", "correlationId", "causationId", "actorId"])(
  "%s is a name",
  (field) => {
    expect(faults({ [field]: "x".repeat(255) })).toEqual([]);
    expect(faults({ [field]: "x".repeat(256) })).toHaveLength(1);
    expect(faults({ [field]: "" })).toHaveLength(1);
    expect(faults({ [field]: 7 })).toEqual([`event.${field}: 7; a string`]);
  },
);

test("eventVersion is a whole number from 1", () => {
  for (const eventVersion of [1, uint32Max, undefined]) expect(faults({ eventVersion })).toEqual([]);
  expect(faults({ eventVersion: 0 })).toEqual([
    `event.eventVersion: 0; a whole number from 1 to ${uint32Max}`,
  ]);
});

describe("the payload", () => {
  test("has at most so many bytes", () => {
    expect(faults({ payload: new Uint8Array(8) }, { payloadBytesMax: 8 })).toEqual([]);
    expect(faults({ payload: new Uint8Array(9) }, { payloadBytesMax: 8 })).toEqual([
      "event.payload: 9 bytes; at most 8 bytes",
    ]);
    expect(faults({ payload: Buffer.alloc(8) }, { payloadBytesMax: 8 })).toEqual([]);
  });

  test.each([undefined, null, "text", [1, 2], new ArrayBuffer(2), new Uint16Array(2)])(
    "cannot be %o",
    (payload) => {
      expect(faults({ payload })).toEqual([expect.stringMatching(/^event\.payload: .*; a Uint8Array$/)]);
    },
  );
});

describe("occurredAt", () => {
  test("lies in the years 1 to 9999", () => {
    for (const time of ["0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999Z"]) {
      expect(faults({ occurredAt: new Date(time) })).toEqual([]);
    }
    for (const beside of [-62_135_596_800_001, 253_402_300_800_000, Number.NaN]) {
      expect(faults({ occurredAt: new Date(beside) })).toHaveLength(1);
    }
  });

  test.each([null, "2026-01-01", 5])("cannot be %j", (occurredAt) => {
    expect(faults({ occurredAt })).toEqual([
      `event.occurredAt: ${JSON.stringify(occurredAt)}; a Date in the years 1 to 9999`,
    ]);
  });
});

describe("tags", () => {
  test("are a list of at most so many names", () => {
    expect(faults({ tags: ["a", "b"] }, { tagsMax: 2 })).toEqual([]);
    expect(faults({ tags: ["a", "b"] }, { tagsMax: 1 })).toEqual([
      "event.tags: a list of 2; a list of at most 1",
    ]);
    expect(faults({ tags: "ab" })).toEqual(['event.tags: "ab"; a list of at most 64']);
    expect(faults({ tags: ["a", "\n"] })).toEqual(['event.tags[1]: "\\n"; free of control characters']);
  });

  test("are there only once each, and none is missing", () => {
    expect(faults({ tags: ["a", "b", "a", "a"] })).toEqual([
      'event.tags[2]: "a"; a tag that this event has only once',
      'event.tags[3]: "a"; a tag that this event has only once',
    ]);
    // biome-ignore lint/suspicious/noSparseArray: a list with holes is what this is about.
    expect(faults({ tags: ["a", , "b"] })).toEqual(["event.tags[1]: undefined; a string"]);
  });
});

describe("metadata", () => {
  test("may be empty, and may have any well-formed text for keys and values", () => {
    for (const metadata of [{}, { "": "" }, { "a\nb": "c\u0000" }, Object.create(null)]) {
      expect(faults({ metadata })).toEqual([]);
    }
  });

  test("has at most so many bytes of UTF-8, keys and values together", () => {
    const metadata = { ä: "€", k: "😀" };
    const { byteLength } = new TextEncoder().encode("ä€k😀");
    expect(faults({ metadata }, { metadataBytesMax: byteLength })).toEqual([]);
    expect(faults({ metadata }, { metadataBytesMax: byteLength - 1 })).toEqual([
      `event.metadata: ${byteLength} bytes; at most ${byteLength - 1} bytes, keys and values together`,
    ]);
  });

  test.each([
    [{ a: 5 }, '["a"]: 5'],
    [{ a: undefined }, '["a"]: undefined'],
    [{ a: "\ud800" }, '["a"]: "\\ud800"'],
    [{ "\udc00": "b" }, '["\\udc00"]: "b"'],
  ])("cannot have %o", (metadata, fault) => {
    expect(faults({ metadata })).toEqual([
      `event.metadata${fault}; a string of well-formed Unicode, key and value`,
    ]);
  });

  test("names a key that is long in short", () => {
    const [fault] = faults({ metadata: { ["k".repeat(10_000)]: 5 } });
    expect(fault).toContain("kkk…");
    expect(fault?.length).toBeLessThan(200);
  });

  test.each([null, "text", ["a"], new Map([["a", "b"]]), new Headers(), new (class Some {})()])(
    "cannot be %o, which would lose what it holds",
    (metadata) => {
      expect(faults({ metadata })).toEqual([
        expect.stringMatching(/^event\.metadata: .*; a plain object of strings$/),
      ]);
    },
  );
});
