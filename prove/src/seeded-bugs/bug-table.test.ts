import { expect, test } from "vitest";
import { bugsResult, huntText, isRight } from "./bug-table.ts";
import type { Hunt } from "./hunt.ts";

const edit = { file: "a.ts", find: "one", replace: "two" };
const bug = { name: "skip-it", mistake: "It is skipped.", edits: [edit, edit], huntedBy: ["storm" as const] };
const findings = ["A page has 9 where 8 belongs.", "It was odd.", "It was odd.", "It was odd."];
const hunt: Hunt = { bug, kind: "storm", runs: 3, tookMs: 5, caught: { seed: 12, findings } };
const caught = { seed: 12, findings };

test("a bug is to be found, and without one nothing is", () => {
  expect([hunt, { ...hunt, caught: undefined }].map(isRight)).toEqual([true, false]);
  expect(
    [
      { ...hunt, bug: undefined },
      { ...hunt, bug: undefined, caught: undefined },
    ].map(isRight),
  ).toEqual([false, true]);
});

test("a hunt is told in a line, with what was found in the next", () => {
  expect(huntText(hunt).replace(/ +/g, " ")).toBe(
    "skip-it storm caught after 3 runs seed 12: readers see a prefix, in order; the run ends well\n A page has 9 where 8 belongs.",
  );
  expect(huntText({ ...hunt, caught: undefined, runs: 1 })).toMatch(/^skip-it +storm +NOT CAUGHT in 1 run/);
  expect(huntText({ ...hunt, bug: undefined, caught: undefined })).toMatch(
    /^\(no bug\) +storm +right in 3 runs/,
  );
  expect(huntText({ ...hunt, bug: undefined, caught })).toMatch(/^\(no bug\) +storm +WRONG after 3 runs/);
});

test("hunts are kept with the bug, what was edited, and what found it", () => {
  const hunts = [{ ...hunt, bug: undefined, caught: undefined }, hunt];
  expect(bugsResult(hunts, { startedAt: new Date(0), seed: 10 })).toMatchObject({
    startedAt: "1970-01-01T00:00:00.000Z",
    seed: 10,
    controls: [{ huntedBy: "storm", isCaught: false, runs: 3, checks: [] }],
    bugs: [
      {
        bug: "skip-it",
        mistake: "It is skipped.",
        files: ["a.ts"],
        huntedBy: "storm",
        isCaught: true,
        runs: 3,
        seed: 12,
        checks: ["readers see a prefix, in order", "the run ends well"],
        findings: findings.slice(0, 3),
      },
    ],
  });
});
