import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Result, writeResult } from "./result-files.ts";
import { surroundings } from "./surroundings.ts";

test("keeps a result with the machine, the versions and the settings that it holds for", async () => {
  const folder = await mkdtemp(join(tmpdir(), "leftfold-bench-"));
  try {
    const result: Result = {
      startedAt: "2026-01-02T03:04:05.678Z",
      settings: { runs: 3, aggregates: "own" },
      surroundings: await surroundings(),
      postgres: { version: "18.4", source: "embedded", settings: { fsync: "on" } },
      report: {
        benchmark: "append-9",
        summary: "nine writers",
        unit: "append",
        parameters: {},
        contenders: [],
        targets: [],
      },
    };
    const file = await writeResult(result, join(folder, "deeper", "result.json"));
    const kept = JSON.parse(await readFile(file, "utf8"));
    expect(kept).toEqual(result);
    expect(kept.surroundings).toMatchObject({ node: process.version, cores: expect.any(Number) });
    expect(kept.surroundings.packages).toMatchObject({
      "@leftfold/backend-postgres": expect.stringMatching(/^\d+\.\d+\.\d+/),
      postgres: expect.stringMatching(/^3\./),
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
