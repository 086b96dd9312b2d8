import { describe, expect, test } from "vitest";
import type { AggregateAppend, AppendRequest } from "./append.ts";
import { InvalidArgumentError } from "./errors.ts";
import type { ProposedEvent } from "./event.ts";
import { any, type ExpectedNonce, exact, noStream, streamExists } from "./expected-nonce.ts";
import { defaultLimits, type Limits, nonceMax } from "./limits.ts";
import { validateAppend } from "./validate-append.ts";

const event: ProposedEvent = { eventType: "E", contentType: "c", payload: new Uint8Array(10) };
const eventId = "01a1fe01-dae3-7355-a7e4-1b1d04927258";

function append(aggregateId: string, changes: Partial<AggregateAppend> = {}): AggregateAppend {
  return { aggregateType: "A", aggregateId, expected: any, events: [event], ...changes };
}

/** What is found wrong with a request, each as `field: value; limit`. */
function faults(request: unknown, limits: Partial<Limits> = {}): readonly string[] {
  try {
    validateAppend(request as AppendRequest, { ...defaultLimits, ...limits });
    return [];
  } catch (error) {
    if (!(error instanceof InvalidArgumentError)) throw error;
    return error.violations.map(({ field, value, limit }) => `${field}: ${value}; ${limit}`);
  }
}

describe("an append that is well-formed", () => {
  test("passes, with what it counts and weighs", () => {
    const request: AppendRequest = {
      appends: [append("id", { events: [event, { ...event, tags: ["tag"], metadata: { ä: "€😀" } }] })],
      idempotencyKey: "k",
    };
    const { eventCount, byteCount, ...rest } = validateAppend(request, defaultLimits);
    expect(rest).toEqual(request);
    expect(eventCount).toBe(2);
    // Names: A, id, twice E and c, tag. Metadata in UTF-8: 2 + 3 + 4.
    expect(byteCount).toBe(3 + 2 * (10 + 2) + 3 + 9);
  });

  test("weighs every name of its events", () => {
    const weight = (changes: Partial<ProposedEvent>): number =>
      validateAppend({ appends: [append("i", { events: [{ ...event, ...changes }] })] }, defaultLimits)
        .byteCount;
    const lean = weight({});
    for (const name of ["correlationId", "causationId", "actorId"])
      expect(weight({ [name]: "12345" })).toBe(lean + 5);
    expect(weight({ eventType: "12345" })).toBe(lean + 4);
    expect(weight({ contentType: "12345" })).toBe(lean + 4);
  });

  test("may have appends without events, and conditions", () => {
    const conditions = [
      { failIfMatches: { anyOf: [{}] }, after: nonceMax },
      { failIfMatches: { anyOf: [{}] } },
    ];
    expect(
      faults({ appends: [append("a", { events: [] }), append("b", { events: [] })], conditions }),
    ).toEqual([]);
    expect(faults({ appends: [append("a")], conditions: [] })).toEqual([]);
  });

  test.each<[string, ExpectedNonce, bigint]>([
    ["exact(n)", exact(7n), 8n],
    ["exact(0)", exact(0n), 1n],
    ["noStream", noStream, 1n],
  ])("may propose the nonces that follow from %s", (_words, expected, first) => {
    const events = [0n, 1n, 2n].map((i) => ({ ...event, aggregateNonce: first + i }));
    expect(faults({ appends: [append("a", { expected, events })] })).toEqual([]);
    expect(faults({ appends: [append("a", { expected, events: [event, events[1]!] })] })).toEqual([]);
  });
});

describe("the request as a whole", () => {
  test.each([null, undefined, 5, "text"])("cannot be %j", (request) => {
    expect(faults(request)).toEqual([`request: ${JSON.stringify(request) ?? "undefined"}; an object`]);
  });

  test("needs at least one append, and at most so many", () => {
    expect(faults({})).toEqual(["appends: undefined; a list of 1 to 10000"]);
    expect(faults({ appends: [] })).toEqual(["appends: a list of 0; a list of 1 to 10000"]);
    const three = ["a", "b", "c"].map((id) => append(id, { events: [] }));
    expect(faults({ appends: three }, { eventsMax: 3 })).toEqual([]);
    expect(faults({ appends: three }, { eventsMax: 2 })).toEqual(["appends: a list of 3; a list of 1 to 2"]);
  });

  test("has at most so many events in all", () => {
    const appends = [append("a", { events: [event, event] }), append("b")];
    expect(faults({ appends }, { eventsMax: 3 })).toEqual([]);
    expect(faults({ appends }, { eventsMax: 2 })).toEqual(["appends: 3 events in all; at most 2"]);
  });

  test("has every event looked at, up to the limit", () => {
    const appends = [append("a", { events: [event, { ...event, eventType: "" }] })];
    expect(faults({ appends }, { eventsMax: 2 })).toHaveLength(1);
  });

  test("weighs at most so much in all", () => {
    const request = { appends: [append("a"), append("b")] };
    const { byteCount } = validateAppend(request, defaultLimits);
    expect(faults(request, { appendBytesMax: byteCount })).toEqual([]);
    expect(faults(request, { appendBytesMax: byteCount - 1 })).toEqual([
      `appends: ${byteCount} bytes in all; at most ${byteCount - 1}`,
    ]);
  });

  test("names an aggregate only once", () => {
    expect(faults({ appends: [append("a"), append("b"), append("a")] })).toEqual([
      'appends[2].aggregateId: "a"; an aggregate that this append names only once',
    ]);
    const alike = [
      { aggregateType: "ab", aggregateId: "c" },
      { aggregateType: "a", aggregateId: "bc" },
      { aggregateType: "abc", aggregateId: "ab" },
      { aggregateType: "ab", aggregateId: "cab" },
    ];
    expect(faults({ appends: alike.map((names) => append("", names)) })).toEqual([]);
  });

  test("has a well-formed idempotency key, or none", () => {
    expect(faults({ appends: [append("a")], idempotencyKey: "" })).toHaveLength(1);
    expect(faults({ appends: [append("a")], idempotencyKey: null })).toEqual([
      "idempotencyKey: null; a string",
    ]);
  });

  test("is told all that is wrong with it at once", () => {
    const request = {
      appends: [null, append("", { expected: exact(-1n), events: [null as unknown as ProposedEvent] })],
      conditions: [undefined],
      idempotencyKey: "\n",
    };
    expect(faults(request)).toEqual([
      'idempotencyKey: "\\n"; free of control characters',
      "appends[0]: null; an object",
      'appends[1].aggregateId: "" of 0 characters; 1 to 255 characters long',
      `appends[1].expected.nonce: -1n; a bigint from 0 to ${nonceMax}`,
      "appends[1].events[0]: null; an object",
      "conditions[0]: undefined; an object",
    ]);
  });
});

describe("an aggregate's append", () => {
  test.each([
    [{ aggregateType: 5 }, "appends[0].aggregateType: 5; a string"],
    [{ aggregateId: undefined }, "appends[0].aggregateId: undefined; a string"],
    [{ events: undefined }, "appends[0].events: undefined; a list"],
    [{ events: { length: 1 } }, "appends[0].events: an object; a list"],
    [{ expected: undefined }, "appends[0].expected: undefined; an object"],
    [
      { expected: { kind: "some" } },
      'appends[0].expected: "some"; one of "exact", "noStream", "streamExists", "any"',
    ],
    [{ expected: { kind: "exact" } }, `appends[0].expected.nonce: undefined; a bigint from 0 to ${nonceMax}`],
    [
      { expected: exact(nonceMax + 1n) },
      `appends[0].expected.nonce: ${nonceMax + 1n}n; a bigint from 0 to ${nonceMax}`,
    ],
  ])("cannot have %o", (changes, fault) => {
    expect(faults({ appends: [append("a", changes as unknown as Partial<AggregateAppend>)] })).toEqual([
      fault,
    ]);
  });

  test.each([
    [exact(7n), 7n, "8, as it follows from the expectation"],
    [exact(7n), 9n, "8, as it follows from the expectation"],
    [noStream, 0n, "1, as it follows from the expectation"],
    [streamExists, 1n, "absent, as the expectation leaves it to the store"],
    [any, 1n, "absent, as the expectation leaves it to the store"],
  ])("with %o cannot propose %s", (expected, aggregateNonce, limit) => {
    const appends = [append("a", { expected, events: [{ ...event, aggregateNonce }] })];
    expect(faults({ appends })).toEqual([
      `appends[0].events[0].aggregateNonce: ${aggregateNonce}n; ${limit}`,
    ]);
  });

  test("is told nothing of proposals that follow from an ill-formed expectation", () => {
    for (const expected of [null, { kind: "exact", nonce: 5 }, { kind: "exact", nonce: "5" }, {}]) {
      const changes = { expected: expected as ExpectedNonce, events: [{ ...event, aggregateNonce: 6n }] };
      expect(faults({ appends: [append("a", changes)] })).toHaveLength(1);
    }
  });

  test("uses an event id only once, across aggregates too", () => {
    const events = [{ ...event, eventId }];
    expect(faults({ appends: [append("a", { events }), append("b", { events })] })).toEqual([
      `appends[1].events[0].eventId: "${eventId}"; an id that this append uses only once`,
    ]);
  });

  test.each([eventId.toUpperCase(), "", `${eventId}0`, eventId.replaceAll("-", ""), null, 5])(
    "cannot use %j for an event id",
    (eventId) => {
      const events = [{ ...event, eventId: eventId as string }];
      expect(faults({ appends: [append("a", { events })] })).toEqual([
        `appends[0].events[0].eventId: ${JSON.stringify(eventId)}; a UUID in lower case`,
      ]);
    },
  );
});

describe("conditions", () => {
  const faultsOf = (conditions: unknown, limits?: Partial<Limits>): readonly string[] =>
    faults({ appends: [append("a")], conditions }, limits);
  const whole = { failIfMatches: { anyOf: [{}] } };

  test("are a list of at most so many", () => {
    expect(faultsOf([whole, whole], { conditionsMax: 2 })).toEqual([]);
    expect(faultsOf([whole, whole], { conditionsMax: 1 })).toEqual([
      "conditions: a list of 2; a list of at most 1",
    ]);
    expect(faultsOf(null)).toEqual(["conditions: null; a list of at most 100"]);
  });

  test("have a query that is well-formed, and a nonce", () => {
    expect(faultsOf([whole, { failIfMatches: { anyOf: [] }, after: -1n }])).toEqual([
      "conditions[1].failIfMatches.anyOf: a list of 0; a list of 1 to 100",
      `conditions[1].after: -1n; a bigint from 0 to ${nonceMax}`,
    ]);
    expect(faultsOf([{}])).toEqual(["conditions[0].failIfMatches: undefined; an object"]);
  });
});
