import type { JsonValue } from "@leftfold/core";

/** What is kept of a process for one key. */
export interface ProcessDocument<State> {
  readonly state: State;
  /** The timers that are set, by name. */
  readonly timers: Readonly<Record<string, PendingTimer>>;
  /** When the next of them is due; null when there is none. */
  readonly dueAt: string | null;
}

export interface PendingTimer {
  readonly id: string;
  /** ISO 8601, in UTC. */
  readonly dueAt: string;
  readonly data: JsonValue;
  /** The id of the event that set it: the cause of its going off. */
  readonly setBy: string;
  readonly correlationId: string | null;
}

/** The document with other timers. */
export function withTimers<State>(
  document: ProcessDocument<State>,
  timers: Readonly<Record<string, PendingTimer>>,
): ProcessDocument<State> {
  const due = Object.values(timers).map(({ dueAt }) => dueAt);
  return { ...document, timers, dueAt: due.sort()[0] ?? null };
}

/** All timers but one. */
export function without(
  timers: Readonly<Record<string, PendingTimer>>,
  name: string,
): Readonly<Record<string, PendingTimer>> {
  return Object.fromEntries(Object.entries(timers).filter(([each]) => each !== name));
}
