import type { BenchmarkReport, ContenderReport, TargetReport } from "./report.ts";
import { type Column, textTable } from "./text-table.ts";

/** A report as people read it on a terminal. */
export function reportText(report: BenchmarkReport): string {
  const parts = [`${report.benchmark}: ${report.summary}`, contenderTable(report)];
  if (report.targets.length > 0) parts.push(targetTable(report.targets));
  return `${parts.join("\n\n")}\n`;
}

function contenderTable({ contenders, unit }: BenchmarkReport): string {
  const cpuNames = [...new Set(contenders.flatMap((contender) => Object.keys(contender.cpuMicrosPerUnit)))];
  const columns: Column[] = [
    { title: "contender", align: "left" },
    ...[`${unit}s/s`, "min–max", "p50 ms", "p95 ms", "p99 ms", "p99.9 ms"].map(rightAligned),
    ...cpuNames.map((name) => rightAligned(`${name} µs/${unit}`)),
    { title: "", align: "left" },
  ];
  return textTable(
    columns,
    contenders.map((contender) => contenderRow(contender, cpuNames)),
  );
}

function contenderRow(contender: ContenderReport, cpuNames: string[]): string[] {
  const { unitsPerSecond, latencyMs, cpuMicrosPerUnit, extras } = contender;
  return [
    contender.name,
    figure(unitsPerSecond.median),
    `${figure(unitsPerSecond.min)}–${figure(unitsPerSecond.max)}`,
    ...[latencyMs.p50, latencyMs.p95, latencyMs.p99, latencyMs.p999].map(figure),
    ...cpuNames.map((name) => figure(cpuMicrosPerUnit[name])),
    Object.entries(extras)
      .map(([name, value]) => `${name} ${figure(value)}`)
      .join(", "),
  ];
}

function targetTable(targets: readonly TargetReport[]): string {
  const columns: Column[] = [
    { title: "target", align: "left" },
    ...["wanted", "median", "min–max"].map(rightAligned),
    { title: "", align: "left" },
  ];
  const rows = targets.map(({ label, unit, atLeast, atMost, median, min, max, met }) => [
    label,
    wanted(atLeast, atMost, unit),
    `${figure(median)} ${unit}`,
    `${figure(min)}–${figure(max)}`,
    met === undefined ? "" : met ? "pass" : "short",
  ]);
  return textTable(columns, rows);
}

function wanted(atLeast: number | undefined, atMost: number | undefined, unit: string): string {
  if (atLeast !== undefined) return `≥ ${atLeast} ${unit}`;
  return atMost === undefined ? "–" : `≤ ${atMost} ${unit}`;
}

function rightAligned(title: string): Column {
  return { title, align: "right" };
}

/** A number with as many digits as say something: `43,210`, `12.3`, `0.084`; a dash when there is none. */
export function figure(value: number | undefined): string {
  if (value === undefined || Number.isNaN(value)) return "–";
  const size = Math.abs(value);
  const digits = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toLocaleString("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}
