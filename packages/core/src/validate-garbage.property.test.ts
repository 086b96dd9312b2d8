import fc from "fast-check";
import { expect, test } from "vitest";
import { beginCall } from "./call.ts";
import { InvalidArgumentError } from "./errors.ts";
import { exact } from "./expected-nonce.ts";
import { defaultLimits } from "./limits.ts";
import { validateAppend } from "./validate-append.ts";
import {
  validateReadAll,
  validateReadStream,
  validateSubscribe,
  validateTenantId,
} from "./validate-query.ts";

const circular: Record<string, unknown> = {};
circular["self"] = circular;

const garbage = fc.oneof(
  fc.anything({
    withBigInt: true,
    withBoxedValues: true,
    withDate: true,
    withMap: true,
    withNullPrototype: true,
    withObjectString: true,
    withSet: true,
    withSparseArray: true,
    withTypedArray: true,
    withUnicodeString: true,
  }),
  fc.constantFrom<unknown>(circular, [circular], Symbol("s"), () => 1, new Date(Number.NaN), 10n ** 300n),
  fc.string({ unit: "binary", minLength: 200, maxLength: 400 }),
);

const query = { anyOf: [{ eventTypes: ["E"], aggregateTypes: ["A"], aggregateIdPrefix: "a", tags: ["t"] }] };
const wellFormed = {
  append: {
    appends: [
      {
        aggregateType: "A",
        aggregateId: "1",
        expected: exact(3n),
        events: [
          {
            eventType: "E",
            contentType: "c",
            payload: new Uint8Array(2),
            eventId: "01a1fe01-dae3-7355-a7e4-1b1d04927258",
            eventVersion: 1,
            aggregateNonce: 4n,
            tags: ["t", "u"],
            occurredAt: new Date(0),
            correlationId: "x",
            causationId: "y",
            actorId: "z",
            metadata: { k: "v" },
          },
        ],
      },
    ],
    conditions: [{ failIfMatches: query, after: 5n }],
    idempotencyKey: "k",
  },
  readStream: { aggregateType: "A", aggregateId: "1", direction: "forwards", from: 1n, maxCount: 1 },
  readAll: { query, direction: "backwards", from: 1n, to: 2n, maxCount: 1 },
  subscribe: { query, after: "head" },
  tenantId: "t",
  callOptions: { timeoutMs: 1, signal: new AbortController().signal },
};

const validators: Record<keyof typeof wellFormed, (value: unknown) => void> = {
  append: (value) => void validateAppend(value as never, defaultLimits),
  readStream: (value) => validateReadStream(value as never, defaultLimits),
  readAll: (value) => validateReadAll(value as never, defaultLimits),
  subscribe: (value) => validateSubscribe(value as never, defaultLimits),
  tenantId: (value) => validateTenantId(value as never, defaultLimits),
  callOptions: (value) => beginCall(value as never).end(),
};

const isBranch = (value: unknown): value is Record<string, unknown> =>
  Array.isArray(value) || (typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype);

/** The number of places in a value: itself and all that lies within. */
function size(value: unknown): number {
  return (
    1 + (isBranch(value) ? Object.values(value).reduce<number>((sum, inner) => sum + size(inner), 0) : 0)
  );
}

/** The value with the place of this number replaced, counted from the outside in. */
function replaced(value: unknown, place: number, replacement: unknown): unknown {
  if (place === 0) return replacement;
  if (!isBranch(value)) return value;
  let left = place - 1;
  const entries = Object.entries(value).map(([key, inner]) => {
    const here = left;
    left -= size(inner);
    return [key, here >= 0 && here < size(inner) ? replaced(inner, here, replacement) : inner] as const;
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}

test.each(Object.keys(wellFormed) as (keyof typeof wellFormed)[])(
  "whatever stands wherever in %s, it is accepted or an invalid-argument that names field, value and limit",
  (what) => {
    const whole = wellFormed[what];
    validators[what](whole);
    const places = size(whole);
    fc.assert(
      fc.property(fc.nat(places - 1), garbage, (place, replacement) => {
        try {
          validators[what](replaced(whole, place, replacement));
        } catch (error) {
          expect(error).toBeInstanceOf(InvalidArgumentError);
          for (const { field, value, limit } of (error as InvalidArgumentError).violations) {
            expect(field).toMatch(/^[a-zA-Z]/);
            expect(field.length).toBeLessThan(1000);
            expect(value).not.toBe("");
            expect(value.length).toBeLessThan(1000);
            expect(limit).not.toBe("");
          }
        }
      }),
      { numRuns: places * 60 },
    );
  },
);
