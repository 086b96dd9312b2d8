import type { BenchFigures } from "../figures/bench-figures.ts";
import { markdownTable } from "./markdown-table.ts";
import { numberText, spreadText } from "./number-text.ts";

/** What was held against a target, of the benchmarks named. */
export function targetsTable(figures: readonly BenchFigures[]): string {
  const rows = figures.flatMap(({ report: { benchmark, targets } }) =>
    targets.flatMap((target) => {
      const { label, unit, atLeast, atMost, met } = target;
      if (met === undefined) return [];
      const wanted = atLeast === undefined ? `≤ ${numberText(atMost ?? 0)}` : `≥ ${numberText(atLeast)}`;
      return [
        [
          label,
          `\`${benchmark}\``,
          `${wanted} ${unit}`,
          `${spreadText(target)} ${unit}`,
          met ? "yes" : "**no**",
        ],
      ];
    }),
  );
  return markdownTable(["figure", "benchmark", "wanted", "median (min–max)", "reached"], rows, {
    leftAligned: 2,
  });
}

/** Everybody's rate, latency and processor time in one benchmark, and their rates beside the first's. */
export function contendersTable({ report: { unit, contenders } }: BenchFigures): string {
  const base = contenders[0]?.unitsPerSecond.median ?? Number.NaN;
  const rows = contenders.map(({ name, unitsPerSecond, latencyMs, cpuMicrosPerUnit }) => [
    name,
    spreadText(unitsPerSecond),
    `${numberText(unitsPerSecond.median / base)} x`,
    numberText(latencyMs.p50),
    numberText(latencyMs.p99),
    Object.entries(cpuMicrosPerUnit)
      .map(([who, micros]) => `${who} ${numberText(micros)}`)
      .join(", "),
  ]);
  const titles = ["", `${unit}s/s (min–max)`, "of the first", "p50 ms", "p99 ms", `CPU µs per ${unit}`];
  return markdownTable(titles, rows);
}

/** What else a benchmark's contenders told of, beside rates. */
export function extrasTable({ report: { contenders } }: BenchFigures, names: readonly string[]): string {
  const wanted =
    names.length > 0 ? names : [...new Set(contenders.flatMap(({ extras }) => Object.keys(extras)))];
  const rows = contenders.map(({ name, extras }) => [
    name,
    ...wanted.map((each) => numberText(extras[each] ?? Number.NaN)),
  ]);
  return markdownTable(["", ...wanted], rows);
}

/** Where and when the figures were taken: each benchmark with the others that ran on the same machine. */
export function surroundingsText(figures: readonly BenchFigures[]): string {
  const newest = figures.toSorted((one, other) => (one.startedAt < other.startedAt ? -1 : 1)).at(-1);
  if (newest === undefined) return "No benchmark has run.";
  // Results of before flags were told of have none.
  const { cpu, cores, memoryGiB, os, node, nodeFlags = [] } = newest.surroundings;
  const { version } = newest.postgres;
  const days = [...new Set(figures.map(({ startedAt }) => startedAt.slice(0, 10)))].toSorted();
  const when = days.length === 1 ? days[0] : `${days[0]} to ${days.at(-1)}`;
  return (
    `Taken on ${when} on ${cpu} with ${cores} cores and ${numberText(memoryGiB)} GiB, ${os}, ` +
    `Node.js ${[node, ...nodeFlags].join(" ")}, PostgreSQL ${version}, commits durable, everything on one machine.`
  );
}

/** How PostgreSQL was set for a benchmark: what decides what it keeps in memory, and how often it begins anew. */
export function settingsText({ postgres: { settings } }: BenchFigures): string {
  const sizes = ["shared_buffers", "max_wal_size", "checkpoint_timeout"].map(
    (name) => `\`${name} = ${settings[name] ?? "unknown"}\``,
  );
  return `PostgreSQL had ${sizes.join(", ")}.`;
}
