import { expect, test } from "vitest";
import { type ArgumentViolation, InvalidArgumentError } from "./errors.ts";
import { Findings } from "./findings.ts";
import { nonceMax, uint32Max } from "./limits.ts";

function found(check: (findings: Findings) => void): readonly ArgumentViolation[] {
  const findings = new Findings();
  check(findings);
  try {
    findings.throwIfAny();
    return [];
  } catch (error) {
    expect(error).toBeInstanceOf(InvalidArgumentError);
    return (error as InvalidArgumentError).violations;
  }
}

test("nothing noted means nothing thrown", () => {
  expect(() => new Findings().throwIfAny()).not.toThrow();
});

test("a violation names field, value and limit", () => {
  const at = { outer: { outer: undefined, key: "appends" }, key: 1 };
  expect(found((findings) => findings.name(at, "aggregateId", "", 255))).toEqual([
    { field: "appends[1].aggregateId", value: '"" of 0 characters', limit: "1 to 255 characters long" },
  ]);
});

test("at most 20 violations are kept, the first ones", () => {
  const violations = found((findings) => {
    for (let i = 0; i < 30; i++) findings.add(undefined, `field${i}`, i, "something else");
  });
  expect(violations.map(({ field }) => field)).toEqual(Array.from({ length: 20 }, (_, i) => `field${i}`));
});

test.each(["a", "x".repeat(255), "mit Leerzeichen", "日本語", "😀", "\u00a0"])(
  "takes %j for a name",
  (name) => {
    expect(found((findings) => findings.name(undefined, "name", name, 255))).toEqual([]);
  },
);

test.each([
  ["", '"" of 0 characters', "1 to 255 characters long"],
  ["x".repeat(256), `"${"x".repeat(80)}…" of 256 characters`, "1 to 255 characters long"],
  ["a\nb", '"a\\nb"', "free of control characters"],
  ["a\u0000", '"a\\u0000"', "free of control characters"],
  ["\u007f", JSON.stringify("\u007f"), "free of control characters"],
  ["\u0085", JSON.stringify("\u0085"), "free of control characters"],
  ["a\ud800", '"a\\ud800"', "well-formed Unicode, without lone surrogates"],
  [5, "5", "a string"],
  [null, "null", "a string"],
  [new String("boxed"), "an object", "a string"],
])("takes %j for no name, and says why", (value, shown, limit) => {
  expect(found((findings) => findings.name(undefined, "name", value, 255))).toEqual([
    { field: "name", value: shown, limit },
  ]);
});

test("an optional name may be absent, not null", () => {
  expect(found((findings) => findings.optionalName(undefined, "actorId", undefined, 9))).toEqual([]);
  expect(found((findings) => findings.optionalName(undefined, "actorId", null, 9))).toHaveLength(1);
});

test("nonces are bigints from their minimum to what PostgreSQL holds", () => {
  const faults = (value: unknown): number =>
    found((findings) => findings.optionalNonce(undefined, "from", value, 1n)).length;
  expect([undefined, 1n, nonceMax].map(faults)).toEqual([0, 0, 0]);
  expect([0n, -1n, nonceMax + 1n, 1, "1", null].map(faults)).toEqual([1, 1, 1, 1, 1, 1]);
  expect(found((findings) => findings.nonce(undefined, "nonce", undefined, 0n))).toHaveLength(1);
});

test("counts are whole numbers from 1 to what 32 bits hold", () => {
  const faults = (value: unknown): number =>
    found((findings) => findings.optionalCount(undefined, "maxCount", value)).length;
  expect([undefined, 1, uint32Max].map(faults)).toEqual([0, 0, 0]);
  expect([0, -1, 1.5, uint32Max + 1, Number.NaN, 1n, "1", null].map(faults)).toEqual(Array(8).fill(1));
  const limits = found((findings) => {
    findings.count(undefined, "durationMs", undefined, 9);
    findings.count(undefined, "durationMs", 10, 9);
    findings.count(undefined, "durationMs", 9, 9);
  });
  expect(limits.map(({ limit }) => limit)).toEqual(Array(2).fill("a whole number from 1 to 9"));
});

test("lists are held to their length, and anything else is no list", () => {
  const faults = (value: unknown): readonly string[] =>
    found((findings) => findings.list(undefined, "tags", value, 1, 2)).map(({ value: shown }) => shown);
  expect(faults([1])).toEqual([]);
  expect(faults([])).toEqual(["a list of 0"]);
  expect(faults([1, 2, 3])).toEqual(["a list of 3"]);
  expect(faults({ length: 1 })).toEqual(["an object"]);
  expect(faults(undefined)).toEqual(["undefined"]);
  const lookable = [[], [1], [1, 2], [1, 2, 3], "ab"].map((value) =>
    new Findings().list(undefined, "tags", value, 1, 2),
  );
  expect(lookable).toEqual([false, true, true, false, false]);
});

test("what a list may hold is told with its least, unless that is nothing", () => {
  const limits = found((findings) => {
    findings.list(undefined, "tags", null, 0, 64);
    findings.list(undefined, "appends", null, 1, 9);
  });
  expect(limits.map(({ limit }) => limit)).toEqual(["a list of at most 64", "a list of 1 to 9"]);
});

test("what is one of a few values is told with all of them", () => {
  const check = (value: unknown): readonly ArgumentViolation[] =>
    found((findings) => findings.oneOf(undefined, "direction", value, [undefined, "forwards"]));
  expect(check(undefined)).toEqual([]);
  expect(check("sideways")).toEqual([
    { field: "direction", value: '"sideways"', limit: 'one of undefined, "forwards"' },
  ]);
});

test("objects can be looked into, nothing else can", () => {
  const findings = new Findings();
  expect(findings.object(undefined, "query", {})).toBe(true);
  for (const value of [null, undefined, 5, "text", () => {}]) {
    expect(findings.object(undefined, "query", value)).toBe(false);
  }
});
