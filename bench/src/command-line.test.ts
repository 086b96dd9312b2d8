import { expect, test } from "vitest";
import { benchmarks } from "./benchmarks/all.ts";
import { chooseBenchmarks } from "./choose-benchmarks.ts";
import { parseCommandLine } from "./command-line.ts";

test("leaves runs, seconds and warm-up to each benchmark unless they are given", () => {
  expect(parseCommandLine([])).toEqual({
    names: [],
    list: false,
    help: false,
    profile: false,
    runs: undefined,
    seconds: undefined,
    warmUpSeconds: undefined,
    aggregates: "own",
    events: undefined,
    hours: undefined,
    keep: false,
    json: undefined,
  });
});

test("takes names and options in any order, and the `--` that package managers put in front", () => {
  const args = [
    "--",
    "append-64",
    "--runs",
    "5",
    "--seconds=0.5",
    "--aggregates",
    "zipf",
    "--events",
    "1000",
    "--hours=0.5",
    "--keep",
    "--profile",
    "read",
  ];
  expect(parseCommandLine(args)).toMatchObject({
    names: ["append-64", "read"],
    runs: 5,
    seconds: 0.5,
    aggregates: "zipf",
    events: 1000,
    hours: 0.5,
    keep: true,
    profile: true,
  });
});

test.each([
  [["--runs", "0"], "--runs"],
  [["--runs", "1.5"], "whole number"],
  [["--events", "0.5"], "whole number"],
  [["--seconds", "soon"], "--seconds"],
  [["--warm-up-seconds", "-1"], "--warm-up-seconds"],
  [["--aggregates", "cold"], "own, distinct, hot, zipf"],
  [["--faster"], "--faster"],
])("refuses %s and says why", (args, message) => {
  expect(() => parseCommandLine(args)).toThrow(message);
});

const names = (wanted: string[]): string[] => chooseBenchmarks(benchmarks, wanted).map(({ name }) => name);

test("runs every benchmark when none is named, and those that begin as asked in their own order", () => {
  expect(names([])).toHaveLength(benchmarks.length);
  expect(names(["read", "append-1"])).toEqual([
    "append-1",
    "read-all-100k",
    "read-stream-1000",
    "read-memory",
  ]);
  expect(names(["append-r"])).toEqual(["append-remote-64", "append-rate"]);
  expect(() => names(["append-64", "apend"])).toThrow('"apend"');
});

test("gives every benchmark a name of its own", () => {
  expect(new Set(names([])).size).toBe(benchmarks.length);
});
