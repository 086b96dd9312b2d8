import { afterAll, beforeAll, expect, test } from "vitest";
import { soak } from "../benchmarks/soak.ts";
import { report } from "../harness/report.ts";
import { runBenchmark } from "../harness/run-benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { driftMax } from "./soak-series.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

test("appends, reconnects, rebuilds and restarts, and sees what both processes hold on to", async () => {
  const lines: string[] = [];
  const run = await runBenchmark(soak, {
    database,
    runs: 1,
    hours: 1,
    events: 800,
    profile: false,
    aggregates: "own",
    warmUpMs: 1,
    measureMs: 1,
    tell: (line) => lines.push(line),
  });
  const { contenders, targets } = report(soak, run);
  const [measured] = contenders[0]!.runs;
  expect(measured?.units).toBe(800);
  expect(lines).toHaveLength(4);
  for (const name of Object.keys(driftMax)) expect(measured?.series?.[name], name).toHaveLength(4);
  expect(measured?.series?.["database connections"]?.at(-1)).toBeGreaterThan(0);
  for (const { label, median } of targets) expect(median, label).not.toBeNaN();
});
