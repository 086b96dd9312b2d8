import { afterAll, beforeAll, expect, test } from "vitest";
import { assertSameBalances } from "../contenders/assert-same-balances.ts";
import { report } from "../harness/report.ts";
import { runBenchmark } from "../harness/run-benchmark.ts";
import { type Database, openDatabase } from "../postgres/database.ts";
import { noBalance } from "../workload/account.ts";
import { accountEvents, accountsOf } from "../workload/account-log.ts";
import { aggregateReplay } from "./aggregate-replay.ts";
import { projectionRebuild } from "./projection-rebuild.ts";

let database: Database;
beforeAll(async () => {
  database = await openDatabase();
});
afterAll(async () => {
  await database[Symbol.asyncDispose]();
});

const briefly = {
  runs: 2,
  events: 300,
  profile: false,
  aggregates: "own",
  warmUpMs: 1,
  measureMs: 1,
} as const;

test("every contender rebuilds the read model of a plain fold, again in each run", async () => {
  const { contenders, targets } = report(
    projectionRebuild,
    await runBenchmark(projectionRebuild, { ...briefly, database }),
  );
  expect(contenders.map(({ name }) => name)).toEqual(["in process", "client and server", "Emmett"]);
  for (const { name, unitsPerSecond } of contenders) expect(unitsPerSecond.median, name).toBeGreaterThan(0);
  for (const { label, median } of targets) expect(median, label).toBeGreaterThan(0);
});

test("an aggregate is loaded with the same state in every way", async () => {
  const { contenders, targets } = report(
    aggregateReplay,
    await runBenchmark(aggregateReplay, { ...briefly, runs: 1, database }),
  );
  expect(contenders).toHaveLength(5);
  for (const { label, median } of targets) expect(median, label).toBeGreaterThan(0);
});

test("makes the same log of so many events each time, of a hundredth as many accounts", () => {
  const events = [...accountEvents(1000)];
  expect(events).toEqual([...accountEvents(1000)]);
  expect(events).toHaveLength(1000);
  expect(accountsOf(1000)).toBe(10);
  expect(new Set(events.map((event) => event.accountId)).size).toBe(10);
});

const expected = new Map([
  ["account-0", { ...noBalance, balance: 5, deposits: 1 }],
  ["account-1", { ...noBalance, balance: -5, withdrawals: 1 }],
]);

test.each([
  ["a document is missing", new Map([...expected].slice(1)), "1 documents of what comes to 2"],
  ["a document is another", new Map(expected).set("account-1", noBalance), "of account-1"],
  ["a key is another", new Map([...expected].slice(1)).set("account-2", noBalance), "of account-0"],
])("fails when %s", (_, actual, message) => {
  expect(() => assertSameBalances("somebody", actual, expected)).toThrow(message);
});

test("takes documents that are equal, in whatever order", () => {
  expect(() => assertSameBalances("somebody", new Map([...expected].reverse()), expected)).not.toThrow();
});
