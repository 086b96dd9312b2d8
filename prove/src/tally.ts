import type { RunResult } from "./run-once.ts";

/** What the runs with one fault did, alone or mixed with others. */
export interface Tally {
  runs: number;
  /** Runs in which it was mixed with others. */
  mixed: number;
  /** Appends and events that were acknowledged. */
  appends: number;
  events: number;
  /** Appends that were rejected, as they had to be. */
  rejected: number;
  /** Repetitions, by clients and by the application. */
  retried: number;
  /** Answers that came from an idempotency key. */
  replayed: number;
  /** Appends whose outcome their writer was never told. */
  ambiguous: number;
  /** Subscriptions that were resumed by the application. */
  resumed: number;
  handovers: number;
  vanished: number;
  /** Events that slow subscribers were behind when writing ended. */
  behind: number;
  /** Reads of ends of the log and of streams in the middle of it. */
  glimpses: number;
  /** Runs in which something was broken. */
  violations: number;
  /** The longest that it took from injection to being healed. */
  heldMsMax: number;
}

/** Adds up what results say: for each fault, and over all runs. */
export function tally(results: readonly RunResult[]): {
  readonly byFault: ReadonlyMap<string, Tally>;
  readonly total: Tally;
} {
  const byFault = new Map<string, Tally>();
  const total = nothing();
  for (const result of results) {
    add(total, result);
    for (const { fault } of result.plan.strikes) {
      const own = byFault.get(fault.name) ?? nothing();
      byFault.set(fault.name, own);
      add(own, result, fault.name);
    }
  }
  return { byFault, total };
}

function add(to: Tally, { plan, findings, storms, struck, traffic }: RunResult, fault?: string): void {
  to.runs++;
  if (plan.strikes.length > 1) to.mixed++;
  if (findings.length > 0) to.violations++;
  to.retried += traffic.repetitions;
  to.handovers += traffic.handovers;
  to.vanished += traffic.vanished;
  for (const report of storms) {
    to.appends += report.appends;
    to.events += report.events;
    to.rejected += report.conflicts + report.duplicates;
    to.retried += report.retries;
    to.replayed += report.replays;
    to.ambiguous += report.unknown;
    to.resumed += report.resumptions;
    to.behind += report.behind;
    to.glimpses += report.glimpses;
  }
  for (const each of struck) {
    if (fault !== undefined && each.fault !== fault) continue;
    to.heldMsMax = Math.max(to.heldMsMax, each.healedAtMs - each.injectedAtMs);
  }
}

function nothing(): Tally {
  return {
    runs: 0,
    mixed: 0,
    appends: 0,
    events: 0,
    rejected: 0,
    retried: 0,
    replayed: 0,
    ambiguous: 0,
    resumed: 0,
    handovers: 0,
    vanished: 0,
    behind: 0,
    glimpses: 0,
    violations: 0,
    heldMsMax: 0,
  };
}
