import { campaign } from "./campaign.ts";
import { type Command, parseCommandLine, usage } from "./command-line.ts";
import type { Fault } from "./fault.ts";
import { allFaults } from "./faults/all.ts";
import { planRun } from "./plan-run.ts";
import { failureText, tableOf } from "./report-text.ts";
import { campaignResult, writeResult } from "./result-file.ts";
import type { RunResult } from "./run-once.ts";
import { proveBugs } from "./seeded-bugs/prove-bugs.ts";

const code = await main(process.argv.slice(2));
// Not by itself: after a thousand runs Node waited for ever for one of the many sockets that were broken to close.
process.stdout.write("", () => process.exit(code));

async function main(args: readonly string[]): Promise<number> {
  if (args.includes("--bugs")) return await proveBugs(args);
  let command: Command;
  try {
    command = parseCommandLine(args, allFaults);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n\n${usage}`);
    return 2;
  }
  if (command.help) console.log(usage);
  else if (command.list)
    for (const { name, summary } of allFaults) console.log(`${name.padEnd(18)} ${summary}`);
  else return await prove(command);
  return 0;
}

/** Makes the runs, tells of them, and keeps what they came to. 1 when something was broken. */
async function prove({ runs, seed, faults: wanted, parallel, json }: Command): Promise<number> {
  const faults = wanted.filter(isPossible);
  if (faults.length === 0) return 0;
  const startedAt = new Date();
  const stop = new AbortController();
  const interrupt = (): void => stop.abort(new Error("interrupted"));
  process.once("SIGINT", interrupt);
  process.once("SIGTERM", interrupt);
  // Each child and each disk has a listener, so that it does not outlive this process; Node would warn of more than ten.
  process.setMaxListeners(0);
  console.log(`${runs} runs from seed ${seed}, ${parallel} at a time`);
  const plans = Array.from({ length: runs }, (_, i) => planRun((seed + i) % 2 ** 32, faults));
  const results: RunResult[] = [];
  const onResult = (result: RunResult): void => {
    results.push(result);
    if (result.findings.length > 0) console.log(`\n${failureText(result)}\n`);
    showProgress(results, { runs, startedAt });
  };
  try {
    await campaign({ plans, parallel, onResult, signal: stop.signal });
  } catch (error) {
    console.error(`\nThe runs ended early: ${error instanceof Error ? error.stack : error}`);
  }
  const result = campaignResult(results, { startedAt, seed });
  console.log(`\n\n${tableOf(results)}\n`);
  console.log(`median run ${result.runMsMedian} ms; kept in ${await writeResult(result, json)}`);
  const complete = results.length === runs && result.violations.length === 0;
  return complete ? 0 : 1;
}

/** Says so when a fault is not. */
function isPossible({ name, obstacle }: Fault): boolean {
  const why = obstacle?.();
  if (why !== undefined) console.log(`without ${name}: ${why}`);
  return why === undefined;
}

/** One line that is written over again on a terminal; elsewhere a line for every twentieth run. */
function showProgress(
  results: readonly RunResult[],
  { runs, startedAt }: { readonly runs: number; readonly startedAt: Date },
): void {
  const seconds = ((Date.now() - startedAt.getTime()) / 1000).toFixed(0);
  const violations = results.filter(({ findings }) => findings.length > 0).length;
  const line = `${results.length} of ${runs} runs in ${seconds} s, ${violations} with violations`;
  if (process.stdout.isTTY) process.stdout.write(`\r${line}`);
  else if (results.length % 20 === 0 || results.length === runs) console.log(line);
}
