import { describeExpected, holds, matches } from "@leftfold/core";
import type { LogIndex } from "./log-index.ts";
import type { Attempt } from "./storm-attempt.ts";

/**
 * What was wrong about an append at the point of its commit, whatever its writer was told: where its events
 * are not together and in order, or an expectation or a condition did not hold by what the log held before.
 */
export function commitFaults({ labels, request }: Attempt, index: LogIndex): string[] {
  const first = index.byLabel.get(labels[0]!)?.globalNonce;
  if (first === undefined) return [];
  const found: string[] = [];
  labels.forEach((label, i) => {
    const at = index.byLabel.get(label)?.globalNonce;
    if (at !== undefined && at !== first + BigInt(i)) {
      found.push(`${label} is at ${at}, although its append began at ${first}.`);
    }
  });
  for (const { aggregateId, expected } of request.appends) {
    const before = index.nonceBefore(aggregateId, first);
    if (holds(expected, before)) continue;
    found.push(
      `${labels[0]} was recorded with ${aggregateId} at ${before}, although it expected ${describeExpected(expected)}.`,
    );
  }
  for (const { failIfMatches, after = 0n } of request.conditions ?? []) {
    const earlier = index.log.slice(Number(after), Number(first) - 1);
    const match = earlier.find((event) => matches(failIfMatches, event));
    if (match === undefined) continue;
    found.push(`${labels[0]} was recorded although ${match.globalNonce} matches its condition.`);
  }
  return found;
}
