import type { Surroundings } from "../../harness/surroundings.ts";
import type { DatabaseFacts } from "../../postgres/database.ts";
import type { PeerName } from "../peer-log.ts";
import type { WritingPlan } from "./observe.ts";
import type { Anomaly } from "./verdict.ts";

/** What the oracle leaves behind. */
export interface OracleResult {
  readonly startedAt: string;
  readonly surroundings: Surroundings;
  readonly postgres: DatabaseFacts;
  readonly runs: readonly OracleRun[];
}

/** One run over one store. */
export interface OracleRun {
  readonly peer: PeerName;
  readonly plan: WritingPlan;
  readonly acknowledgedAppends: number;
  readonly acknowledgedEvents: number;
  readonly recordedEvents: number;
  readonly anomalies: readonly Anomaly[];
}

/** All runs over one store with one number of writers. */
export interface OracleSums {
  readonly peer: PeerName;
  readonly writers: number;
  readonly runs: number;
  /** Acknowledged ones. */
  readonly events: number;
  /** How many events were amiss, by {@link amissColumns}. */
  readonly amiss: readonly number[];
  /** Those that show any of it. */
  readonly seeds: readonly number[];
}

const kinds: readonly (readonly [title: string, accepts: (anomaly: Anomaly) => boolean])[] = [
  ["follower lost", ({ reader, kind }) => reader === "follower" && kind === "lost"],
  ["twice", ({ reader, kind }) => reader === "follower" && kind === "twice"],
  ["reordered", ({ reader, kind }) => reader === "follower" && kind === "reordered"],
  ["late consumer lost", ({ reader, kind }) => reader === "late consumer" && kind === "lost"],
];

/** What can be amiss, in few words; the last is for all that the others are not. */
export const amissColumns: readonly string[] = [...kinds.map(([title]) => title), "other"];

/** Sums over the runs, by store and number of writers. */
export function sumsOf(runs: readonly OracleRun[]): readonly OracleSums[] {
  const groups = Map.groupBy(runs, ({ peer, plan }) => `${peer} ${plan.writers}`);
  return [...groups.values()].map((group) => {
    const [{ peer, plan }] = group as [OracleRun];
    const all = group.flatMap(({ anomalies }) => anomalies);
    const sum = (accepts: (anomaly: Anomaly) => boolean): number =>
      all.filter(accepts).reduce((total, { count }) => total + count, 0);
    const named = kinds.map(([, accepts]) => sum(accepts));
    const other = sum((anomaly) => !kinds.some(([, accepts]) => accepts(anomaly)));
    return {
      peer,
      writers: plan.writers,
      runs: group.length,
      events: group.reduce((total, { acknowledgedEvents }) => total + acknowledgedEvents, 0),
      amiss: [...named, other],
      seeds: group.filter(({ anomalies }) => anomalies.length > 0).map((run) => run.plan.seed),
    };
  });
}
