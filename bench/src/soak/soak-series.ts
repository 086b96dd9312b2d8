import { drift } from "../harness/memory-watch.ts";
import { figure } from "../harness/report-text.ts";
import type { ResourceSample } from "./resource-sample.ts";

/** By name, what was seen each time the soak came to rest. */
export type SoakSeries = Readonly<Record<string, readonly number[]>>;

/** By how much each may be higher in the last quarter of the time than in the second, before it counts as a leak. */
export const driftMax: Readonly<Record<string, number>> = {
  "server RSS MiB": 64,
  "server heap MiB": 8,
  "server open files": 2,
  "server handles": 4,
  "server abort signals": 16,
  "server emitters": 16,
  "server listener warnings": 0,
  "client RSS MiB": 64,
  "client heap MiB": 8,
  "client open files": 2,
  "client handles": 4,
  "client abort signals": 16,
  "client emitters": 16,
  "client listener warnings": 0,
  "database connections": 1,
};

/** Gathers samples into series. */
export class SoakSamples {
  readonly #series: Record<string, number[]> = {};

  add(name: string, value: number): void {
    this.#series[name] ??= [];
    this.#series[name].push(value);
  }

  addProcess(process: string, sample: ResourceSample): void {
    for (const [name, value] of Object.entries(sample)) this.add(`${process} ${name}`, value);
  }

  /** What was seen last, in a line. */
  latest(): string {
    const seen = Object.entries(this.#series).map(([name, values]) => `${name} ${figure(values.at(-1))}`);
    return seen.join(", ");
  }

  get series(): SoakSeries {
    return this.#series;
  }
}

/** The name of a series' drift among the figures of a run. */
export function driftName(name: string): string {
  return `${name} drift`;
}

/** How far each series that is held against something has drifted. What did not drift at all and is not there is no leak. */
export function drifts(series: SoakSeries): Record<string, number> {
  const found: Record<string, number> = {};
  for (const name of Object.keys(driftMax)) {
    const values = series[name];
    if (values !== undefined) found[driftName(name)] = drift(values);
  }
  return found;
}
