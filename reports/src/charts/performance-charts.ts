import type { BenchFigures, ContenderFigures } from "../figures/bench-figures.ts";
import { barsSvg } from "./bars.ts";
import { linesSvg } from "./lines.ts";

/** By the benchmark's name. */
type Bench = ReadonlyMap<string, BenchFigures>;

/** The charts of the page on performance, by file name. Those whose benchmarks have not run are left out. */
export function performanceCharts(bench: Bench): ReadonlyMap<string, string> {
  const charts = new Map<string, string | undefined>([
    ["appends-64.svg", appendBars(bench.get("peer-append-64"))],
    ["appends-by-writers.svg", ratesByWriters(bench)],
    ["appends-by-size.svg", ratesBySize(bench)],
    ["growth.svg", growth(bench.get("growth"))],
    ["fan-out.svg", fanOut(bench.get("fan-out"))],
    ["soak-memory.svg", soakMemory(bench.get("soak"))],
  ]);
  return new Map([...charts].flatMap(([file, chart]) => (chart === undefined ? [] : [[file, chart]])));
}

function isOurs({ name }: ContenderFigures): boolean {
  return name === "in process" || name === "through the server";
}

function appendBars(figures: BenchFigures | undefined): string | undefined {
  return (
    figures &&
    barsSvg({
      title: "Durable appends of one event, 64 writers (medians, logarithmic)",
      unit: "events/s",
      logarithmic: true,
      bars: figures.report.contenders.map((contender) => ({
        name: contender.name,
        value: contender.unitsPerSecond.median,
        ours: isOurs(contender),
      })),
    })
  );
}

function ratesByWriters(bench: Bench): string | undefined {
  const places = ["1", "8", "64", "256"].map((writers) => [writers, `peer-append-${writers}`] as const);
  return rates(bench, places, { title: "Durable appends of one event, by writers", xName: "writers" });
}

function ratesBySize(bench: Bench): string | undefined {
  const places = [
    ["1", "peer-append-64"],
    ["10", "peer-append-64x10"],
    ["100", "peer-append-64x100"],
  ] as const;
  return rates(bench, places, { title: "64 writers, by events per append", xName: "events" });
}

function rates(
  bench: Bench,
  places: readonly (readonly [x: string, benchmark: string])[],
  words: { readonly title: string; readonly xName: string },
): string | undefined {
  const found = places.map(([, benchmark]) => bench.get(benchmark)?.report.contenders);
  if (found.some((each) => each === undefined)) return undefined;
  const names = [...new Set(found.flatMap((contenders) => contenders!.map(({ name }) => name)))];
  return linesSvg({
    ...words,
    yName: "events/s (logarithmic)",
    logarithmic: true,
    xs: places.map(([x]) => x),
    lines: names.map((name) => ({
      name,
      values: found.map(
        (contenders) => contenders!.find((contender) => contender.name === name)?.unitsPerSecond.median,
      ),
    })),
  });
}

const logSizes = ["small log", "medium log", "large log"];

/** Contenders are called `<what>, <size> log`. */
function growth(figures: BenchFigures | undefined): string | undefined {
  if (figures === undefined) return undefined;
  const rate = new Map(
    figures.report.contenders.map(({ name, unitsPerSecond }) => [name, unitsPerSecond.median]),
  );
  const works = [...new Set([...rate.keys()].map((name) => name.slice(0, name.lastIndexOf(", "))))];
  const sizes = logSizes.map((size) => {
    const events = figures.report.contenders.find(({ name }) => name.endsWith(size))?.parameters["events"];
    return Number(events).toLocaleString("en");
  });
  return linesSvg({
    title: "Rates as the log grows, beside those of the smallest log",
    xName: "events",
    yName: "times the rate of the smallest log",
    xs: sizes,
    lines: works.map((work) => ({
      name: work,
      values: logSizes.map(
        (size) => rate.get(`${work}, ${size}`)! / rate.get(`${work}, ${logSizes[0]}`)!,
      ),
    })),
  });
}

/** Contenders are called `<way>, <subscribers>`. */
function fanOut(figures: BenchFigures | undefined): string | undefined {
  if (figures === undefined) return undefined;
  const { contenders, parameters } = figures.report;
  const ways = [...new Set(contenders.map(({ name }) => name.slice(0, name.lastIndexOf(", "))))];
  const counts = [...new Set(contenders.map((contender) => String(contender.parameters["subscribers"])))];
  return linesSvg({
    title: `From append to delivery at ${parameters["appendsPerSecond"]} appends/s, 99th percentile`,
    xName: "subscribers",
    yName: "ms (logarithmic)",
    logarithmic: true,
    xs: counts,
    lines: ways.map((way) => ({
      name: way,
      values: counts.map((count) => contenders.find(({ name }) => name === `${way}, ${count}`)?.latencyMs.p99),
    })),
  });
}

function soakMemory(figures: BenchFigures | undefined): string | undefined {
  const series = figures?.report.contenders[0]?.series;
  if (series === undefined) return undefined;
  const memory = Object.entries(series).filter(([name]) => name.endsWith("MiB"));
  const length = Math.max(...memory.map(([, values]) => values.length));
  return linesSvg({
    title: "Memory through the soak, after collecting garbage",
    xName: "looks",
    yName: "MiB",
    xs: Array.from({ length }, (_, at) => String(at + 1)),
    lines: memory.map(([name, values]) => ({ name, values })),
  });
}
