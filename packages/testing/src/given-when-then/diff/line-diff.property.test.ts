import fc from "fast-check";
import { expect, test } from "vitest";
import { lineDiff } from "./line-diff.ts";

const texts = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 12 });

/** The lines of one side of a diff that leaves nothing out. */
function side(diff: string, other: "-" | "+"): string[] {
  const lines = diff.split("\n").filter((line) => !line.startsWith(other));
  return lines.map((line) => line.slice(2));
}

/** The length of the longest common subsequence, by trying everything. */
function commonLength([first, ...others]: readonly string[], actual: readonly string[]): number {
  if (first === undefined || actual.length === 0) return 0;
  const index = actual.indexOf(first);
  const without = commonLength(others, actual);
  return index < 0 ? without : Math.max(without, 1 + commonLength(others, actual.slice(index + 1)));
}

test("a diff has both sides in it, whole and in order, and keeps as much alike as there is", () => {
  fc.assert(
    fc.property(texts, texts, (expected, actual) => {
      const diff = lineDiff(expected, actual);
      if (diff === undefined) {
        expect(actual).toEqual(expected);
        return;
      }
      fc.pre(!diff.includes("…"));
      expect(side(diff, "+")).toEqual(expected);
      expect(side(diff, "-")).toEqual(actual);
      const alike = diff.split("\n").filter((line) => line.startsWith(" ")).length;
      expect(alike).toBe(commonLength(expected, actual));
    }),
  );
});

test("a difference begins where a block begins, not one line earlier", () => {
  expect(lineDiff(["A", "  x", "end"], ["A", "  x", "B", "  x", "end"])).toBe(
    "  A\n    x\n+ B\n+   x\n  end",
  );
  expect(lineDiff(["A", "  x", "B", "  x", "end"], ["A", "  x", "end"])).toBe(
    "  A\n    x\n- B\n-   x\n  end",
  );
});

test("what is far from every difference is left out, with its count", () => {
  const lines = Array.from({ length: 30 }, (_, i) => `line ${i}`);
  expect(lineDiff(lines, lines.with(10, "other").with(28, "another"))).toBe(`  … 7 lines alike
  line 7
  line 8
  line 9
- line 10
+ other
  line 11
  line 12
  line 13
  … 11 lines alike
  line 25
  line 26
  line 27
- line 28
+ another
  line 29`);
  expect(lineDiff(["a", "b", "c", "d", "e"], ["a", "b", "c", "d", "f"])).toBe("  a\n  b\n  c\n  d\n- e\n+ f");
});

test("very long differences are shown side after side, within bounded memory", () => {
  const expected = Array.from({ length: 3_000 }, (_, i) => `expected ${i}`);
  const actual = Array.from({ length: 3_000 }, (_, i) => `actual ${i}`);
  const lines = lineDiff(expected, actual)!.split("\n");
  expect(lines).toHaveLength(6_000);
  expect([lines[0], lines[3_000]]).toEqual(["- expected 0", "+ actual 0"]);
});
