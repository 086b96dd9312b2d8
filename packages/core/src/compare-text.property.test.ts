import fc from "fast-check";
import { expect, test } from "vitest";
import { compareText } from "./compare-text.ts";

const text = fc.string({ unit: fc.constantFrom("a", "b", "\u00e9", "\ue000", "\uffff", "\u{10000}", "😀") });

test("texts are ordered as their UTF-8 bytes are", () => {
  fc.assert(
    fc.property(fc.oneof(text, fc.string({ unit: "binary" })), text, (one, other) => {
      const bytes = Buffer.compare(Buffer.from(one), Buffer.from(other));
      expect(Math.sign(compareText(one, other))).toBe(bytes);
    }),
  );
});

test("a text comes behind what it begins with, and beside itself", () => {
  expect(compareText("ab", "a")).toBeGreaterThan(0);
  expect(compareText("", "a")).toBeLessThan(0);
  expect(compareText("a", "a")).toBe(0);
});

test("what UTF-16 puts first comes last", () => {
  expect("\u{10000}" < "\uffff").toBe(true);
  expect(compareText("\u{10000}", "\uffff")).toBeGreaterThan(0);
});
