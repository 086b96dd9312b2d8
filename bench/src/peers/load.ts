import type { Parameters } from "../harness/benchmark.ts";

/** What a peer is to do, as plain data, so that it can be asked of another process. */
export type Load = AppendLoad | ConditionalLoad | MixedLoad | ReadLoad | CatchUpLoad;

export type Spreading = (typeof spreadings)[number];

/**
 * To which streams appends go.
 *
 * - `distinct`: each to a new one, which is expected to be empty;
 * - `hot`: all to a single one, expecting nothing;
 * - `zipf`: all to ten thousand of very different popularity, expecting nothing.
 */
export const spreadings = ["distinct", "hot", "zipf"] as const;

/** Writers that each append, await the answer, and append again. */
export interface AppendLoad {
  readonly kind: "append";
  readonly writers: number;
  readonly eventsPerAppend: number;
  readonly spreading: Spreading;
}

/** The same, of one event each, under the condition that no event has a tag that is new each time. */
export interface ConditionalLoad {
  readonly kind: "conditional";
  readonly writers: number;
}

/**
 * Clients of which each does one thing after the other: half appends of an event to a new stream, half reads
 * of a stream.
 */
export interface MixedLoad extends StreamsToRead {
  readonly kind: "mixed";
  readonly clients: number;
}

/** Clients that read whole streams, one after the other. */
export interface ReadLoad extends StreamsToRead {
  readonly kind: "read";
  readonly clients: number;
}

/** A consumer that has seen nothing is brought to the end of the log, again and again. */
export interface CatchUpLoad extends StreamsToRead {
  readonly kind: "catch-up";
}

/** What is in the log before. */
export interface StreamsToRead {
  readonly streams: number;
  readonly eventsPerStream: number;
}

/** The load as a benchmark's parameters. */
export function parametersOf(load: Load): Parameters {
  return { ...load };
}
