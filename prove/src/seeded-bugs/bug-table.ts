import { checksOf } from "./check-of.ts";
import type { Hunt } from "./hunt.ts";

/** What the hunts came to, as it is kept for the report on reliability. */
export interface BugsResult {
  readonly startedAt: string;
  readonly tookMs: number;
  readonly node: string;
  /** The first run's seed of every hunt; the others follow it. */
  readonly seed: number;
  /** The kinds of runs without any bug, in which nothing was to be found. */
  readonly controls: readonly HuntRow[];
  readonly bugs: readonly (HuntRow & {
    readonly bug: string;
    readonly mistake: string;
    readonly files: readonly string[];
  })[];
}

interface HuntRow {
  readonly huntedBy: string;
  readonly isCaught: boolean;
  readonly runs: number;
  readonly tookMs: number;
  /** The run that found something. */
  readonly seed: number | undefined;
  readonly checks: readonly string[];
  readonly findings: readonly string[];
}

const findingsMax = 3;

/** Sums up hunts. */
export function bugsResult(
  hunts: readonly Hunt[],
  { startedAt, seed }: { readonly startedAt: Date; readonly seed: number },
): BugsResult {
  return {
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    node: process.version,
    seed,
    controls: hunts.filter(({ bug }) => bug === undefined).map(rowOf),
    bugs: hunts.flatMap((hunt) => {
      const { bug } = hunt;
      if (bug === undefined) return [];
      const files = [...new Set(bug.edits.map(({ file }) => file))];
      return [{ bug: bug.name, mistake: bug.mistake, files, ...rowOf(hunt) }];
    }),
  };
}

function rowOf({ kind, runs, tookMs, caught }: Hunt): HuntRow {
  const findings = caught?.findings ?? [];
  return {
    huntedBy: kind,
    isCaught: caught !== undefined,
    runs,
    tookMs,
    seed: caught?.seed,
    checks: checksOf(findings),
    findings: findings.slice(0, findingsMax),
  };
}

/** Whether a hunt came to what it had to: a bug is found, and without one nothing is. */
export function isRight({ bug, caught }: Hunt): boolean {
  return (bug === undefined) === (caught === undefined);
}

/** One line for a hunt. */
export function huntText(hunt: Hunt): string {
  const { bug, kind, runs, caught } = hunt;
  const name = (bug?.name ?? "(no bug)").padEnd(36);
  const what = `${name} ${kind.padEnd(15)}`;
  const after = `${runs} run${runs === 1 ? "" : "s"}`.padEnd(8);
  if (caught === undefined) return `${what} ${bug === undefined ? "right" : "NOT CAUGHT"} in ${after}`;
  const found = checksOf(caught.findings).join("; ");
  const word = bug === undefined ? "WRONG" : "caught";
  return `${what} ${word} after ${after} seed ${caught.seed}: ${found}\n${" ".repeat(8)}${caught.findings[0]}`;
}
