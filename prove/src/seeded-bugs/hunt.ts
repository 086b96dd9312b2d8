import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { HuntKind, SeededBug } from "./seeded-bug.ts";

const program = fileURLToPath(new URL("./runs/hunted-runs.ts", import.meta.url));
const preload = new URL("./seed-a-bug.ts", import.meta.url).href;
const complaintMax = 4_000;
/** What a run may take, on a machine that has other things to do. */
const runTimeoutMs = 150_000;

export interface HuntOptions {
  /** What is seeded; nothing when absent: then nothing must be found. */
  readonly bug: SeededBug | undefined;
  readonly kind: HuntKind;
  /** The first run's seed; the others follow it. */
  readonly seed: number;
  /** How many runs it may take. */
  readonly runsMax: number;
  /** Where PostgreSQL is, for runs that have none of their own. */
  readonly databaseUrl: string;
  readonly signal: AbortSignal;
}

export interface Hunt {
  readonly bug: SeededBug | undefined;
  readonly kind: HuntKind;
  /** How many runs it took, or were made in vain. */
  readonly runs: number;
  readonly tookMs: number;
  /** The run that found something; undefined when none did. */
  readonly caught: { readonly seed: number; readonly findings: readonly string[] } | undefined;
}

/**
 * Makes runs with a bug in all of their processes, until one finds it.
 *
 * @throws when the runs cannot be made, as with an edit that does not fit its source any more; the signal's reason.
 */
export async function hunt({ bug, kind, seed, runsMax, databaseUrl, signal }: HuntOptions): Promise<Hunt> {
  signal.throwIfAborted();
  const startedMs = performance.now();
  const ending = AbortSignal.any([signal, AbortSignal.timeout(runsMax * runTimeoutMs)]);
  const options = `${process.env["NODE_OPTIONS"] ?? ""} --import=${preload}`;
  const child = spawn(process.execPath, [program, kind, String(seed), String(runsMax)], {
    env: {
      ...process.env,
      NODE_OPTIONS: options.trim(),
      LEFTFOLD_SEEDED_BUG: bug?.name ?? "",
      DATABASE_URL: databaseUrl,
    },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  const kill = (): boolean => child.kill("SIGTERM");
  ending.addEventListener("abort", kill, { once: true });
  let complaint = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    complaint = (complaint + text).slice(-complaintMax);
  });
  let runs = 0;
  let caught: Hunt["caught"];
  for await (const line of createInterface(child.stdout)) {
    const run = runOf(line);
    if (run === undefined) continue;
    runs++;
    if (run.findings.length > 0) caught = run;
  }
  const [code] = await exited;
  ending.removeEventListener("abort", kill);
  signal.throwIfAborted();
  if (code !== 0 && caught === undefined) {
    throw new Error(`The runs with ${bug?.name ?? "no bug"} ended early, with ${code}: ${complaint}`);
  }
  return { bug, kind, runs, tookMs: Math.round(performance.now() - startedMs), caught };
}

function runOf(line: string): { seed: number; findings: readonly string[] } | undefined {
  return line.startsWith('{"seed":') ? JSON.parse(line) : undefined;
}
