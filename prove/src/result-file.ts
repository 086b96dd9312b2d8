import { mkdir, writeFile } from "node:fs/promises";
import { availableParallelism } from "node:os";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { allFaults } from "./faults/all.ts";
import { replayCommand } from "./report-text.ts";
import type { RunResult } from "./run-once.ts";
import { type Tally, tally } from "./tally.ts";

/** What a campaign came to, as it is kept for the report on reliability. */
export interface CampaignResult {
  readonly startedAt: string;
  readonly tookMs: number;
  readonly node: string;
  readonly cpus: number;
  /** The first run's seed; the others follow it. */
  readonly seed: number;
  readonly runMsMedian: number;
  readonly total: Tally;
  readonly faults: readonly ({ readonly name: string; readonly summary: string } & Tally)[];
  readonly violations: readonly {
    readonly seed: number;
    readonly faults: readonly string[];
    readonly findings: readonly string[];
    readonly replay: string;
  }[];
}

/** Adds results up. */
export function campaignResult(
  results: readonly RunResult[],
  { startedAt, seed }: { readonly startedAt: Date; readonly seed: number },
): CampaignResult {
  const { byFault, total } = tally(results);
  const tookMs = results.map((result) => result.tookMs).toSorted((one, other) => one - other);
  return {
    startedAt: startedAt.toISOString(),
    tookMs: Date.now() - startedAt.getTime(),
    node: process.version,
    cpus: availableParallelism(),
    seed,
    runMsMedian: tookMs[tookMs.length >> 1] ?? 0,
    total,
    faults: allFaults.flatMap(({ name, summary }) => {
      const own = byFault.get(name);
      return own === undefined ? [] : [{ name, summary, ...own }];
    }),
    violations: results
      .filter(({ findings }) => findings.length > 0)
      .map((result) => ({
        seed: result.plan.seed,
        faults: result.plan.strikes.map(({ fault }) => fault.name),
        findings: result.findings,
        replay: replayCommand(result),
      })),
  };
}

/**
 * Writes it to a file, and tells which.
 *
 * @param path where to; a file of its own under `prove/results` when absent.
 */
export async function writeResult(result: CampaignResult, path: string | undefined): Promise<string> {
  const name = `faults-${result.startedAt.replaceAll(":", "-")}`;
  const file = path ?? fileURLToPath(new URL(`../results/${name}.json`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}
