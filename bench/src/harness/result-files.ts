import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { DatabaseFacts } from "../postgres/database.ts";
import type { BenchmarkReport } from "./report.ts";
import type { NamedProfile } from "./run-benchmark.ts";
import type { Surroundings } from "./surroundings.ts";

/** A report with all that is needed to judge it, as it is kept. */
export interface Result {
  readonly startedAt: string;
  readonly settings: Readonly<Record<string, number | string>>;
  readonly surroundings: Surroundings;
  readonly postgres: DatabaseFacts;
  readonly report: BenchmarkReport;
}

/** Git leaves this folder alone. */
const resultsFolder = join(import.meta.dirname, "../../results");

/** Keeps a result as JSON, in the file given or as `<benchmark>-<date>.json`; resolves with where. */
export async function writeResult(result: Result, path?: string): Promise<string> {
  return await writeJson(result.report.benchmark, result.startedAt, result, path);
}

/** Keeps anything as JSON, in the file given or as `<name>-<date>.json`; resolves with where. */
export async function writeJson(
  name: string,
  startedAt: string,
  content: object,
  path?: string,
): Promise<string> {
  const file = path ?? join(resultsFolder, `${name}-${fileDate(startedAt)}.json`);
  return await write(file, `${JSON.stringify(content, undefined, 2)}\n`);
}

/** Keeps a profile for Chrome's DevTools and their like; resolves with where. */
export async function writeProfile(
  benchmark: string,
  startedAt: string,
  named: NamedProfile,
): Promise<string> {
  const parts = [benchmark, named.contender, named.process].map((part) => part.replaceAll(/[^\w]+/g, "-"));
  const file = join(resultsFolder, `${parts.join("-")}-${fileDate(startedAt)}.cpuprofile`);
  return await write(file, JSON.stringify(named.profile));
}

async function write(file: string, content: string): Promise<string> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, content);
  return file;
}

/** An ISO time without the characters that some file systems refuse. */
function fileDate(iso: string): string {
  return iso.replace(/\.\d+Z$/, "Z").replaceAll(":", "-");
}
