import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { startEmbeddedPostgres } from "@leftfold/embedded-postgres";
import { freshSeed } from "@leftfold/testing";
import { bugsResult, huntText, isRight } from "./bug-table.ts";
import { type Hunt, hunt } from "./hunt.ts";
import type { HuntKind, SeededBug } from "./seeded-bug.ts";
import { seededBugNamed, seededBugs } from "./seeded-bugs.ts";

/** What a bug may take to be found, and how often nothing must be found without one, unless it is said otherwise. */
const runsDefault = 40;
const controlRuns = 3;
/** As a shell has it for a command that was interrupted. */
const interruptedCode = 130;

/**
 * Seeds each bug in turn, and makes runs until one finds it: what finds no bug that is there proves nothing where none is found.
 *
 * @returns the exit code: 1 when a bug was not found, or something was found without one; 130 when it was interrupted, and then
 * nothing is kept.
 */
export async function proveBugs(args: readonly string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args: args.filter((argument) => argument !== "--"),
    allowPositionals: true,
    options: {
      bugs: { type: "boolean" },
      runs: { type: "string" },
      seed: { type: "string" },
      json: { type: "string" },
    },
  });
  const stopping = new AbortController();
  const { signal } = stopping;
  for (const name of ["SIGINT", "SIGTERM"])
    process.once(name, () => stopping.abort(new Error("interrupted")));
  const chosen = positionals.length === 0 ? seededBugs : positionals.map(seededBugNamed);
  const runsMax = Number(values.runs ?? runsDefault);
  const seed = Number(values.seed ?? freshSeed());
  const startedAt = new Date();
  console.log(`${chosen.length} bugs, ${runsMax} runs from seed ${seed} for each at most`);
  await using database = await openDatabase();
  const hunts: Hunt[] = [];
  const failures: string[] = [];
  for (const { bug, kind } of huntsFor(chosen)) {
    const bound = bug === undefined ? Math.min(controlRuns, runsMax) : runsMax;
    try {
      const done = await hunt({ bug, kind, seed, runsMax: bound, databaseUrl: database.url, signal });
      hunts.push(done);
      console.log(huntText(done));
    } catch (error) {
      if (signal.aborted) {
        console.log("interrupted");
        return interruptedCode;
      }
      failures.push(String(error));
      console.log(`${bug?.name ?? "(no bug)"} ${kind}: ${error}`);
    }
  }
  console.log(`kept in ${await keep(bugsResult(hunts, { startedAt, seed }), values.json)}`);
  return failures.length === 0 && hunts.every(isRight) ? 0 : 1;
}

/** Every kind of runs without a bug, and then each bug by each kind that is to find it. */
function huntsFor(bugs: readonly SeededBug[]): { bug: SeededBug | undefined; kind: HuntKind }[] {
  const kinds = [...new Set(bugs.flatMap(({ huntedBy }) => huntedBy))];
  return [
    ...kinds.map((kind) => ({ bug: undefined, kind })),
    ...bugs.flatMap((bug) => bug.huntedBy.map((kind) => ({ bug, kind }))),
  ];
}

/** The database that DATABASE_URL names, or one that is gone afterwards. */
async function openDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  const given = process.env["DATABASE_URL"];
  if (given) return { url: given, [Symbol.asyncDispose]: async () => {} };
  const dataDir = await mkdtemp(join(tmpdir(), "leftfold-bugs-"));
  const postgres = await startEmbeddedPostgres({ dataDir });
  return {
    url: postgres.url,
    [Symbol.asyncDispose]: async () => {
      await postgres.stop();
      await rm(dataDir, { recursive: true, force: true });
    },
  };
}

async function keep(result: ReturnType<typeof bugsResult>, path: string | undefined): Promise<string> {
  const name = `bugs-${result.startedAt.replaceAll(":", "-")}.json`;
  const file = path ?? fileURLToPath(new URL(`../../results/${name}`, import.meta.url));
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, `${JSON.stringify(result, undefined, 2)}\n`);
  return file;
}
