import { type Column, textTable } from "@leftfold/bench/src/harness/text-table.ts";
import type { RunResult } from "./run-once.ts";
import { type Tally, tally } from "./tally.ts";

const counted = [
  "runs",
  "mixed",
  "appends",
  "rejected",
  "retried",
  "replayed",
  "ambiguous",
  "resumed",
  "handovers",
  "behind",
  "glimpses",
  "violations",
] as const satisfies readonly (keyof Tally)[];

/** What all runs did, in a table: a line for each fault, and one for all. */
export function tableOf(results: readonly RunResult[]): string {
  const columns: Column[] = [
    { title: "fault", align: "left" },
    ...counted.map((title) => ({ title, align: "right" }) as const),
  ];
  const { byFault, total } = tally(results);
  const row = (name: string, counts: Tally): string[] => [
    name,
    ...counted.map((each) => String(counts[each])),
  ];
  const rows = [...byFault].toSorted(([one], [other]) => (one < other ? -1 : 1));
  return textTable(columns, [...rows.map(([name, counts]) => row(name, counts)), row("all runs", total)]);
}

/** What is to be known of a run that found something broken. */
export function failureText(result: RunResult): string {
  const { plan, findings, struck } = result;
  const shape = Object.entries(plan.shape).map(([name, value]) => `${name} ${value}`);
  const planned = plan.strikes.map(({ fault, atMs, heldMs }) => {
    const real = struck.find((each) => each.fault === fault.name);
    const became =
      real === undefined
        ? "not seen through"
        : `${real.note}: from ${real.injectedAtMs} to ${real.healedAtMs} ms`;
    return `  ${fault.name} at ${atMs} ms for ${heldMs} ms; ${became}`;
  });
  return [
    `VIOLATION with seed ${plan.seed}`,
    ...findings.slice(0, findingsShown).map((finding) => `  - ${finding}`),
    ...(findings.length > findingsShown ? [`  - … and ${findings.length - findingsShown} more`] : []),
    `  ${shape.join(", ")}`,
    ...planned,
    `  again: ${replayCommand(result)}`,
    ...(result.postgres === undefined ? [] : ["  PostgreSQL, in the end:", indented(result.postgres)]),
  ].join("\n");
}

/** The command that makes a run with the same plan; its timing is the machine's. */
export function replayCommand({ plan }: RunResult): string {
  const faults = plan.strikes.map(({ fault }) => fault.name).join(",");
  return `pnpm prove --seed ${plan.seed} --faults ${faults}`;
}

const findingsShown = 10;

function indented(text: string): string {
  return text.replaceAll(/^/gm, "    ");
}
