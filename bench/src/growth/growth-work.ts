import { randomBytes, randomUUID } from "node:crypto";
import { type AppendRequest, type EventStore, newEventId } from "@leftfold/core";
import { count } from "../contenders/read-trial.ts";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { deposit } from "../workload/deposit.ts";
import { seededRandom } from "../workload/seeded-random.ts";
import { aggregatesOf, grownAggregateId } from "./grown-log.ts";

/** Something that is done again and again to a log, whatever its size. */
export interface GrowthWork {
  readonly name: string;
  readonly about: string;
  /** How many do it at a time, each waiting for its last. */
  readonly workers: number;
  /** Begins on a log that was filled with so many events. */
  readonly begin: (store: EventStore, events: number) => (worker: number) => Promise<unknown>;
}

const writers = 64;
const readers = 8;
const pageEvents = 100;

/** Appends of each writer to an aggregate of its own, at the exact nonce, with something added. */
function ownAppends(add: (request: AppendRequest) => AppendRequest): GrowthWork["begin"] {
  return (store) => {
    const run = randomUUID();
    const nonces: bigint[] = [];
    return (writer) => {
      const expected = nonces[writer] ?? 0n;
      nonces[writer] = expected + 1n;
      return store.append(add(deposit({ aggregateId: `account-${run}-${writer}`, expected })));
    };
  };
}

/** An event with a tag that no event may have had: the claim of a name, as a dynamic consistency boundary makes it. */
function claiming({ appends }: AppendRequest): AppendRequest {
  const tags = [`order:${randomBytes(8).toString("hex")}`];
  return {
    appends: appends.map((append) => ({
      ...append,
      events: append.events.map((event) => ({ ...event, tags })),
    })),
    conditions: [{ failIfMatches: { anyOf: [{ tags }] } }],
  };
}

function anyAggregate(events: number): () => string {
  const random = seededRandom(7);
  const aggregates = aggregatesOf(events);
  return () => grownAggregateId(Math.floor(random() * aggregates));
}

export const plainAppend: GrowthWork = {
  name: "plain append",
  about: "each of 64 writers to an aggregate of its own",
  workers: writers,
  begin: ownAppends((request) => request),
};

export const taggedAppend: GrowthWork = {
  name: "tagged append",
  about: "the same with a new tag, on condition that no event of the log has it",
  workers: writers,
  begin: ownAppends(claiming),
};

export const idempotentAppend: GrowthWork = {
  name: "idempotent append",
  about: "the same under an idempotency key, such as the client gives",
  workers: writers,
  begin: ownAppends((request) => ({ ...request, idempotencyKey: newEventId() })),
};

export const spreadAppend: GrowthWork = {
  name: "spread append",
  about: "64 writers, each append to any of the log's aggregates, whose nonce may have to be looked up",
  workers: writers,
  begin: (store, events) => {
    const next = anyAggregate(events);
    return () => store.append(deposit({ aggregateId: next(), expected: undefined }));
  },
};

export const newestPage: GrowthWork = {
  name: "newest page",
  about: `8 readers of the newest ${pageEvents} events, backwards`,
  workers: readers,
  begin: (store) => () => count(store.readAll({ direction: "backwards", maxCount: pageEvents })),
};

export const anyStream: GrowthWork = {
  name: "any stream",
  about: "8 readers of any aggregate's 10 events, which lie all over the log",
  workers: readers,
  begin: (store, events) => {
    const next = anyAggregate(events);
    return () => count(store.readStream({ aggregateType, aggregateId: next() }));
  },
};
