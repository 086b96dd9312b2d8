import type { ContractContext } from "./contract-context.ts";

/** One sentence of the contract, and what proves it. */
export interface ContractTest {
  readonly name: string;
  readonly run: (context: ContractContext) => Promise<void>;
}

/** The part of the contract that one file covers. */
export interface ContractArea {
  readonly name: string;
  readonly tests: readonly ContractTest[];
}

/** Notes a test of an area. */
export type DeclareTest = (name: string, run: (context: ContractContext) => Promise<void>) => void;

/**
 * Collects an area's tests, without running them: the contract runs them with vitest, and the suite's own
 * tests run them over stores with seeded bugs, to see them fail.
 */
export function contractArea(name: string, declare: (test: DeclareTest) => void): ContractArea {
  const tests: ContractTest[] = [];
  declare((testName, run) => tests.push({ name: testName, run }));
  return { name, tests };
}
