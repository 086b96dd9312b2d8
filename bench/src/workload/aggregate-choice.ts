import { seededRandom } from "./seeded-random.ts";
import { zipf } from "./zipf.ts";

/**
 * Which aggregates the writers append to.
 *
 * - `own`: each writer to one of its own, at the exact nonce;
 * - `distinct`: each append to a new one;
 * - `hot`: all to the same hundred, at random, expecting nothing;
 * - `zipf`: all to ten thousand of very different popularity, expecting nothing.
 */
export type AggregateChoice = (typeof aggregateChoices)[number];

export const aggregateChoices = ["own", "distinct", "hot", "zipf"] as const;

/** Where one append goes. */
export interface AppendTarget {
  readonly aggregateId: string;
  /** The nonce that its last event is expected to have, 0 for none; undefined when nothing is expected. */
  readonly expected: bigint | undefined;
}

export const aggregateType = "Account";

const hotAggregates = 100;
const zipfAggregates = 10_000;

/**
 * Names the target of each writer's next append. It counts on every append being accepted, which is so while
 * no two writers share an aggregate with an expectation.
 */
export function appendTargets(choice: AggregateChoice, seed = 1): (writer: number) => AppendTarget {
  const random = seededRandom(seed);
  switch (choice) {
    case "own": {
      const nonces: bigint[] = [];
      return (writer) => {
        const expected = nonces[writer] ?? 0n;
        nonces[writer] = expected + 1n;
        return { aggregateId: `account-${writer}`, expected };
      };
    }
    case "distinct": {
      let count = 0;
      return () => ({ aggregateId: `account-${count++}`, expected: 0n });
    }
    case "hot":
      return () => ({ aggregateId: `account-${Math.floor(random() * hotAggregates)}`, expected: undefined });
    case "zipf": {
      const draw = zipf(zipfAggregates, random);
      return () => ({ aggregateId: `account-${draw()}`, expected: undefined });
    }
  }
}
