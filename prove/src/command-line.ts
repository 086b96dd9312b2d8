import { parseArgs } from "node:util";
import { freshSeed } from "@leftfold/testing";
import type { Fault } from "./fault.ts";

export interface Command {
  readonly help: boolean;
  readonly list: boolean;
  readonly runs: number;
  /** The first run's seed; the others follow it. */
  readonly seed: number;
  /** The faults that runs get, one or more of them each. */
  readonly faults: readonly Fault[];
  readonly parallel: number;
  readonly json: string | undefined;
}

export const usage: string = `Usage: pnpm prove [options]

Breaks real servers, databases and clients under load, and holds what happened against the contract.
Needs nothing: it starts PostgreSQL itself. Exit code 1 when something was broken.

  --runs <n>         how many runs, each with the next seed (20; 1 with --seed)
  --seed <s>         the seed of the first run: its plan and its faults; timing is the machine's
  --faults <a,b,…>   the only faults that runs get; all when absent
  --list             name the faults, and what each does
  --parallel <n>     runs at a time, each with a PostgreSQL of its own (2)
  --bugs [names]     seed bugs, all or those named, and make runs until each is found: see that runs bite
  --json <path>      where to keep the result (prove/results/faults-<date>.json)
`;

const seedMax = 2 ** 32 - 1;

/** @throws TypeError or RangeError that says which argument is wrong. */
export function parseCommandLine(args: readonly string[], known: readonly Fault[]): Command {
  const { values } = parseArgs({
    args: args.filter((argument, at) => !(at === 0 && argument === "--")),
    options: {
      help: { type: "boolean", short: "h", default: false },
      list: { type: "boolean", default: false },
      runs: { type: "string" },
      seed: { type: "string" },
      faults: { type: "string" },
      parallel: { type: "string", default: "2" },
      json: { type: "string" },
    },
  });
  return {
    help: values.help,
    list: values.list,
    runs: whole("--runs", values.runs ?? (values.seed === undefined ? "20" : "1"), 1, 1_000_000),
    seed: values.seed === undefined ? freshSeed() : whole("--seed", values.seed, 0, seedMax),
    faults: values.faults === undefined ? known : values.faults.split(",").map((name) => named(name, known)),
    parallel: whole("--parallel", values.parallel, 1, 16),
    json: values.json,
  };
}

function whole(name: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (text !== "" && Number.isInteger(value) && value >= min && value <= max) return value;
  throw new RangeError(`${name} is "${text}"; it is a whole number from ${min} to ${max}.`);
}

function named(name: string, known: readonly Fault[]): Fault {
  const fault = known.find((each) => each.name === name);
  if (fault !== undefined) return fault;
  const names = known.map((each) => each.name).join(", ");
  throw new RangeError(`--faults names "${name}"; there are ${names}.`);
}
