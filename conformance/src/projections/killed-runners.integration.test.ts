import { freshSeed } from "@leftfold/testing";
import { expect, test } from "vitest";
import { killedRunnersRun } from "./killed-runners-run.ts";

/** 50,000 for the long run. */
const events = Number(process.env["LEFTFOLD_KILLED_RUNNER_EVENTS"] ?? 3_000);
const kills = Math.max(4, Math.floor(events / 1_000));
const timeoutMs = 60_000 + events * 20;

test.each([
  { name: "two runners of one projection", runners: 2, how: "alone" as const },
  { name: "four partitioned runners, joining and leaving", runners: 4, how: "partitioned" as const },
])(
  "leaves the read model equal to the fold of the log, with $name killed at random",
  async ({ runners, how }) => {
    const seed = freshSeed();
    process.stderr.write(`killed runners, seed ${seed}\n`);
    const report = await killedRunnersRun({ seed, runners, how, events, kills, timeoutMs });
    expect(report).toEqual({ findings: [], kills, documents: expect.any(Number) });
    expect(report.documents).toBeGreaterThan(10);
  },
  timeoutMs * 2,
);
