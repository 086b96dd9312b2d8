import { expect, test } from "vitest";
import type { FaultFigures } from "../figures/prove-figures.ts";
import { faultsTable } from "./prove-blocks.ts";

const total = { runs: 2 } as FaultFigures["total"];
const clean: FaultFigures = {
  startedAt: "2026-11-22T00:00:00.000Z",
  tookMs: 1,
  seed: 7,
  faults: [],
  total,
  violations: [],
} as unknown as FaultFigures;

test("says that nothing was broken only when nothing was", () => {
  expect(faultsTable(clean)).toContain("Nothing was broken.");
  const violation = {
    seed: 8,
    findings: ["It stood still.", "It stood still."],
    replay: "pnpm prove --seed 8",
  };
  const broken = faultsTable({ ...clean, violations: [violation] as unknown as FaultFigures["violations"] });
  expect(broken).not.toContain("Nothing was broken");
  expect(broken).toContain("1 found something");
  expect(broken.split("\n").at(-1)).toBe("- seed 8: It stood still. Again: `pnpm prove --seed 8`");
});
