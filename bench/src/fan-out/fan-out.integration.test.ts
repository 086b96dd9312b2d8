import { afterAll, beforeAll, expect, test } from "vitest";
import { fanOut } from "../benchmarks/fan-out.ts";
import type { TestBed } from "../harness/benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

test("delivers every append to every subscriber that wants it, in process and through the server", async () => {
  const bed: TestBed = {
    database,
    warmUpMs: 40,
    measureMs: 200,
    aggregates: "own",
    closeLater: () => undefined,
  };
  const few = (await fanOut.open(bed)).filter(({ parameters }) => Number(parameters?.["subscribers"]) <= 50);
  expect(few).toHaveLength(6);
  const delivered: Record<string, number> = {};
  for (const { name, open } of few) {
    await using trial = await open();
    const { units, latency, extras } = await trial.measure();
    delivered[name] = units;
    expect(latency.count, name).toBe(units);
    expect(extras["queries/s"], name).toBeGreaterThanOrEqual(0);
  }
  // 10 appends: 2 of 12 arrivals are the warm-up's. A branch's turn comes once in 50.
  expect(delivered).toEqual({
    "in process, 1": 10,
    "in process, 50": 500,
    "client and server, 1": 10,
    "client and server, 50": 500,
    "filtered, 1": 0,
    "filtered, 50": 10,
  });
});
