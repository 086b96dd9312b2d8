import { EventEmitter } from "node:events";
import { readdirSync } from "node:fs";
import { queryObjects, setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** What a process holds on to, by name: numbers that must not grow while it does the same again and again. */
export type ResourceSample = Readonly<Record<string, number>>;

const bytesPerMiB = 2 ** 20;
const collections = 2;
let warnings = 0;

/** From now on counts the warnings of too many listeners. */
export function watchListeners(): void {
  process.on("warning", ({ name }) => {
    if (name === "MaxListenersExceededWarning") warnings++;
  });
}

/** Collects garbage, and tells what is left. Takes as long as a full collection or two. */
export function sampleResources(): ResourceSample {
  setFlagsFromString("--expose-gc");
  const collect = runInNewContext("gc") as () => void;
  for (let i = 0; i < collections; i++) collect();
  const { rss, heapUsed, external } = process.memoryUsage();
  return {
    "RSS MiB": rss / bytesPerMiB,
    "heap MiB": (heapUsed + external) / bytesPerMiB,
    "open files": openFiles(),
    handles: process.getActiveResourcesInfo().length,
    "abort signals": countOf(AbortSignal),
    emitters: countOf(EventEmitter),
    "listener warnings": warnings,
  };
}

/** How many objects of a class there are. Node's types know neither classes here nor the answer. */
function countOf(kind: unknown): number {
  return Number(queryObjects(kind as never, { format: "count" }));
}

/** Zero where there is no `/proc`. */
function openFiles(): number {
  try {
    return readdirSync("/proc/self/fd").length;
  } catch {
    return 0;
  }
}
