import { defaultLimits, nonceMax, uint32Max } from "@leftfold/core";
import fc from "fast-check";

const { nameCharsMax, payloadBytesMax, tagsMax, queryItemsMax } = defaultLimits;

const distinct = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `n${i}`);

/**
 * What stands at the limits of a contract, beyond them, or where nobody would put it; by names that can be
 * shown.
 */
const hardValues: Readonly<Record<string, unknown>> = {
  undefined,
  null: null,
  "no text": "",
  "a blank": " ",
  "the longest name": "n".repeat(nameCharsMax),
  "the longest name, in bytes": "訂".repeat(nameCharsMax),
  "the longest name, of pairs": "💶".repeat(Math.floor(nameCharsMax / 2)),
  "a name that is too long": "n".repeat(nameCharsMax + 1),
  NUL: "a\u0000b",
  "a line break": "a\nb",
  "a control character": "a\u0085",
  "half a pair": "a\ud800",
  "the other half": "\udc00a",
  "a noncharacter": "\uffff",
  "text beyond 64 KiB": "t".repeat(64 * 1024 + 1),
  true: true,
  0: 0,
  "-0": -0,
  "-1": -1,
  1.5: 1.5,
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  "2^31 - 1": 2 ** 31 - 1,
  "2^31": 2 ** 31,
  "2^32 - 1": uint32Max,
  "2^32": 2 ** 32,
  "2^53": 2 ** 53,
  "0n": 0n,
  "1n": 1n,
  "-1n": -1n,
  "the last nonce": nonceMax,
  "beyond the last nonce": nonceMax + 1n,
  "an empty list": [],
  "an empty object": {},
  "a list of nothing": [undefined],
  "a list of null": [null],
  "the same twice": ["a", "a"],
  "as many tags as can be": distinct(tagsMax),
  "a tag too many": distinct(tagsMax + 1),
  "as many names as can be": distinct(queryItemsMax),
  "a name too many": distinct(queryItemsMax + 1),
  "no date": new Date(Number.NaN),
  "the year 0": new Date("0000-12-31T23:59:59.999Z"),
  "the year 10000": new Date("+010000-01-01T00:00:00.000Z"),
  "the first second": new Date("0001-01-01T00:00:00.000Z"),
  "no bytes": new Uint8Array(),
  get "as many bytes as can be"() {
    return new Uint8Array(payloadBytesMax).fill(7);
  },
  get "a byte too many"() {
    return new Uint8Array(payloadBytesMax + 1);
  },
  "a function": () => 1,
  "a map": new Map([["a", "b"]]),
  "what looks like a class": JSON.parse('{"__proto__": "p", "constructor": "c", "": "e"}') as unknown,
};

/** What is put where in a request. */
export interface Spoiling {
  /** One of the request's places, whichever this number means there. */
  readonly place: number;
  /** The name of a value that is hard to take. */
  readonly by: string;
}

/** Nothing mostly, else a place and what is put there. */
export function arbitrarySpoiling(): fc.Arbitrary<Spoiling | undefined> {
  const spoiling = fc.record({ place: fc.nat(1000), by: fc.constantFrom(...Object.keys(hardValues)) });
  return fc.oneof({ weight: 5, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: spoiling });
}

/** The request with a hard value in it; itself when nothing is to be spoiled. It may well stay valid. */
export function spoiled<Request>(request: Request, spoiling: Spoiling | undefined): Request {
  if (spoiling === undefined) return request;
  const { place, by } = spoiling;
  // The type is what callers without a compiler do not keep to.
  return replaced(request, place % placesOf(request), hardValues[by]) as Request;
}

/** Lists and literals have places within; everything else is one. */
function isBranch(value: unknown): value is Readonly<Record<string, unknown>> {
  return (
    Array.isArray(value) ||
    (typeof value === "object" && value !== null && Object.getPrototypeOf(value) === Object.prototype)
  );
}

/** The number of places: the value itself, and all that lie within. */
function placesOf(value: unknown): number {
  if (!isBranch(value)) return 1;
  return Object.values(value).reduce<number>((sum, inner) => sum + placesOf(inner), 1);
}

/** The value with one place replaced, counted from the outside in. */
function replaced(value: unknown, place: number, replacement: unknown): unknown {
  if (place === 0) return replacement;
  if (!isBranch(value)) return value;
  let first = 1;
  const entries = Object.entries(value).map(([key, inner]): readonly [string, unknown] => {
    const within = place - first;
    const places = placesOf(inner);
    first += places;
    return [key, within >= 0 && within < places ? replaced(inner, within, replacement) : inner];
  });
  return Array.isArray(value) ? entries.map(([, inner]) => inner) : Object.fromEntries(entries);
}
