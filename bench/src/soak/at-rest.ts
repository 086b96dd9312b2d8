import { setTimeout as sleep } from "node:timers/promises";
import type { ResourceSample } from "./resource-sample.ts";

const looksMax = 6;
const gapMs = 100;

/**
 * What a process holds on to once it has let go of what it was about to: looks until two looks in a row see the same files and
 * handles, and at most so often that what stays counts.
 */
export async function atRest(
  look: () => Promise<ResourceSample>,
  wait: () => Promise<unknown> = () => sleep(gapMs),
): Promise<ResourceSample> {
  let last = await look();
  for (let looks = 1; looks < looksMax; looks++) {
    await wait();
    const next = await look();
    const isSame = ["open files", "handles"].every((name) => next[name] === last[name]);
    last = next;
    if (isSame) break;
  }
  return last;
}
