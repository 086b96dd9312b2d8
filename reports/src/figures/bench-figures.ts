import type { Result } from "@leftfold/bench/src/harness/result-files.ts";

type BenchReport = Result["report"];

/** What is kept of a benchmark's result: all but its single runs, of which only the last one's series are. */
export interface BenchFigures extends Omit<Result, "report"> {
  readonly report: Omit<BenchReport, "contenders"> & { readonly contenders: readonly ContenderFigures[] };
}

export interface ContenderFigures extends Omit<BenchReport["contenders"][number], "runs"> {
  readonly series?: Readonly<Record<string, readonly number[]>>;
}

export function benchFigures({ report, ...result }: Result): BenchFigures {
  const contenders = report.contenders.map(({ runs, ...contender }) => {
    const series = runs.at(-1)?.series;
    return series === undefined ? contender : { ...contender, series };
  });
  return { ...result, report: { ...report, contenders } };
}
