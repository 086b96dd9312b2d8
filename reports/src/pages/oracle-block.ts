import { amissColumns, type OracleResult, sumsOf } from "@leftfold/bench/src/peers/oracle/oracle-result.ts";
import { markdownTable } from "./markdown-table.ts";
import { numberText } from "./number-text.ts";

/** A line for each store and number of writers, with the seeds that show that something was amiss. */
export function oracleTable({ startedAt, runs }: OracleResult): string {
  const rows = sumsOf(runs).map((sums) => [
    sums.peer,
    String(sums.writers),
    String(sums.runs),
    numberText(sums.events),
    ...sums.amiss.map(numberText),
    sums.seeds.length === 0 ? "none" : sums.seeds.join(", "),
  ]);
  const titles = ["store", "writers", "runs", "events", ...amissColumns, "seeds that show it"];
  return `Taken on ${startedAt.slice(0, 10)}.\n\n${markdownTable(titles, rows)}`;
}
