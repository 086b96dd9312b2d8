import { describe, expect, test } from "vitest";
import { parseCommandLine } from "./command-line.ts";
import { allFaults } from "./faults/all.ts";

const parse = (...args: string[]) => parseCommandLine(args, allFaults);

describe("the command line", () => {
  test("asks for 20 runs with all faults and a fresh seed when nothing is said", () => {
    expect(parse()).toMatchObject({ runs: 20, faults: allFaults, parallel: 2, list: false, help: false });
    expect(parse().seed).not.toBe(parse().seed);
  });

  test("asks for one run again when a seed is named", () => {
    const command = parse("--", "--seed", "7", "--faults", "kill-server,pause-server");
    expect(command).toMatchObject({ runs: 1, seed: 7 });
    expect(command.faults.map(({ name }) => name)).toEqual(["kill-server", "pause-server"]);
    expect(parse("--seed", "0", "--runs", "3", "--parallel", "1", "--json", "x.json")).toMatchObject({
      runs: 3,
      parallel: 1,
      json: "x.json",
    });
  });

  test("is refused with what is wrong about it", () => {
    expect(() => parse("--runs", "0")).toThrow('--runs is "0"; it is a whole number from 1 to');
    expect(() => parse("--seed", "x")).toThrow("--seed");
    expect(() => parse("--faults", "flood")).toThrow(/"flood"; there are kill-server/);
    expect(() => parse("--unknown")).toThrow(/--unknown/);
  });
});
