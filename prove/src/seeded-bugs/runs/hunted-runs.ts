// Runs of a hunt, in a process of its own into which a bug may be seeded: `hunted-runs.ts KIND SEED RUNS`. Says what each run
// found, as a line of JSON, and ends with the first one that found something.
import { setTimeout } from "node:timers/promises";
import { huntingFaults } from "./hunting-faults.ts";
import { huntingProcesses } from "./hunting-processes.ts";
import { huntingRunners } from "./hunting-runners.ts";
import { huntingStorm } from "./hunting-storm.ts";

/** What a run waits for by itself, it waits 20 seconds for. One that is still there after this stands still. */
const runMsMax = 180_000;
const unended = [`The run did not come to an end within ${runMsMax / 1000} s.`];

const [kind, seed, runs] = process.argv.slice(2);
const seeds = Array.from({ length: Number(runs) }, (_, i) => (Number(seed) + i) % 2 ** 32);

const stopping = new AbortController();
for (const name of ["SIGTERM", "SIGINT"]) process.once(name, stop);

if (kind === "faults") await huntingFaults(seeds, stopping.signal, tell);
else if (kind === "storm") await oneAfterAnother(huntingStorm);
else await oneAfterAnother(kind === "killed-runners" ? huntingRunners : huntingProcesses);
// What a bug leaves hanging keeps nobody waiting.
process.exit();

/** Leaves no process behind: those of faults are ended by their world, the others with this one. */
function stop(): void {
  stopping.abort(new Error("The hunt was stopped."));
  if (kind !== "faults") process.exit(1);
}

async function oneAfterAnother(run: (seed: number) => Promise<readonly string[]>): Promise<void> {
  for (const each of seeds) {
    const startedMs = performance.now();
    const findings = await Promise.race([run(each), setTimeout(runMsMax, unended, { ref: false })]);
    if (!tell(each, findings, Math.round(performance.now() - startedMs))) return;
  }
}

function tell(each: number, findings: readonly string[], tookMs: number): boolean {
  process.stdout.write(`${JSON.stringify({ seed: each, findings: findings.slice(0, 20), tookMs })}\n`);
  return findings.length === 0;
}
