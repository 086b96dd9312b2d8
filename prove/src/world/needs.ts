import type { OpenWay } from "./way.ts";

/** How a world is opened. Worlds are kept between runs that need the same. */
export interface Needs {
  /** Node's own arguments for every server process, such as `--import` of a module; none when absent. */
  readonly serverFlags?: readonly string[] | undefined;
  /** Environment variables of every server process, over those of this process. */
  readonly serverEnvironment?: Readonly<Record<string, string>> | undefined;
  /** Opens the ways from servers to PostgreSQL and from clients to servers; straight ones when absent. */
  readonly openWay?: OpenWay | undefined;
  /** Makes the folder for PostgreSQL's data, such as on a small disk; a temporary folder when absent. */
  readonly makeDataDir?: (() => Promise<DataFolder>) | undefined;
}

/** A folder that goes away, with what is in it, when it is disposed of. */
export interface DataFolder extends AsyncDisposable {
  readonly path: string;
}

/** What serves all of these needs; undefined when two of them want the same thing otherwise. */
export function mergeNeeds(all: readonly (Needs | undefined)[]): Needs | undefined {
  let merged: Needs = {};
  for (const needs of all) {
    if (needs === undefined) continue;
    const clashes = keys.some(
      (key) => merged[key] !== undefined && needs[key] !== undefined && merged[key] !== needs[key],
    );
    if (clashes) return undefined;
    merged = { ...merged, ...needs };
  }
  return merged;
}

/** Whether a world that was opened for the one serves the other. */
export function sameNeeds(one: Needs, other: Needs): boolean {
  return keys.every((key) => one[key] === other[key]);
}

const keys = ["serverFlags", "serverEnvironment", "openWay", "makeDataDir"] as const;
