import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import type { Result } from "@leftfold/bench/src/harness/result-files.ts";
import type { OracleResult } from "@leftfold/bench/src/peers/oracle/oracle-result.ts";
import { type BenchFigures, benchFigures } from "./bench-figures.ts";
import type { FaultFigures, SeededBugFigures } from "./prove-figures.ts";

/** The figures that the pages are made of, as they are kept beside them. */
export interface Figures {
  /** By the benchmark's name. */
  readonly bench: ReadonlyMap<string, BenchFigures>;
  readonly oracle: OracleResult;
  readonly faults: FaultFigures;
  readonly bugs: SeededBugFigures;
}

/** Where the benchmarks and the fault harness leave what they find; Git leaves these folders alone. */
const found = { bench: "bench/results", prove: "prove/results" } as const;

/**
 * Takes over the newest result of each benchmark, of the oracle, of the fault campaign and of the hunt for seeded bugs that lie in the
 * working copy. What there is no newer result of stays as it is.
 *
 * @returns the names of what was taken over.
 */
export async function takeOver(root: string, kept: string): Promise<readonly string[]> {
  const taken: string[] = [];
  const keep = async (name: string, figures: unknown): Promise<void> => {
    await mkdir(kept, { recursive: true });
    await writeFile(join(kept, `${name}.json`), `${JSON.stringify(figures, undefined, 1)}\n`);
    taken.push(name);
  };
  for (const [name, file] of await newest(join(root, found.bench)))
    if (name === "oracle") await keep(name, await readJson(file));
    else await keep(`bench-${name}`, benchFigures(await readJson<Result>(file)));
  for (const [name, file] of await newest(join(root, found.prove))) await keep(name, await readJson(file));
  return taken;
}

/** @throws when a file is missing, with what makes it. */
export async function readFigures(kept: string): Promise<Figures> {
  const names = await readdir(kept);
  const bench = new Map<string, BenchFigures>();
  for (const name of names.toSorted()) {
    const match = /^bench-(.+)\.json$/.exec(name);
    if (match !== null) bench.set(match[1]!, await readJson<BenchFigures>(join(kept, name)));
  }
  const oracle = await readJson<OracleResult>(join(kept, "oracle.json"));
  const faults = await readJson<FaultFigures>(join(kept, "faults.json"));
  const bugs = await readJson<SeededBugFigures>(join(kept, "bugs.json"));
  return { bench, oracle, faults, bugs };
}

/** Files are called `<what>-<date>.json`: of each kind, the last. */
async function newest(folder: string): Promise<ReadonlyMap<string, string>> {
  const files = new Map<string, string>();
  const names = await readdir(folder).catch(() => []);
  for (const file of names.toSorted()) {
    const match = /^(.+?)-\d{4}-\d\d-\d\dT[\d.-]+Z?\.json$/.exec(basename(file));
    if (match !== null) files.set(match[1]!, join(folder, file));
  }
  return files;
}

async function readJson<T>(file: string): Promise<T> {
  return JSON.parse(await readFile(file, "utf8")) as T;
}
