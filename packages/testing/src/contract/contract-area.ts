import type { ContractContext } from "./contract-context.ts";

/** One sentence of a contract, and what proves it. */
export interface ContractTest<Context = ContractContext> {
  readonly name: string;
  readonly run: (context: Context) => Promise<void>;
}

/** The part of a contract that one file covers. */
export interface ContractArea<Context = ContractContext> {
  readonly name: string;
  readonly tests: readonly ContractTest<Context>[];
}

/** Notes a test of an area. */
export type DeclareTest<Context = ContractContext> = (
  name: string,
  run: (context: Context) => Promise<void>,
) => void;

/**
 * Collects an area's tests, without running them: the contract runs them with vitest, and the suite's own
 * tests run them over stores with seeded bugs, to see them fail.
 */
export function contractArea<Context = ContractContext>(
  name: string,
  declare: (test: DeclareTest<Context>) => void,
): ContractArea<Context> {
  const tests: ContractTest<Context>[] = [];
  declare((testName, run) => tests.push({ name: testName, run }));
  return { name, tests };
}
