import type { JsonValue } from "@leftfold/core";
import type { Process, RejectedCommand } from "@leftfold/event-sourcing";
import { type History, happened } from "./happened.ts";

/**
 * Says that a timer of a process was set and went off: `timerFired(payout, "ann", "overdue")`.
 *
 * @param data what it was set with; null when absent.
 */
export function timerFired(
  process: Pick<Process, "stream">,
  key: string,
  timer: string,
  data: JsonValue = null,
): History {
  const timerId = `the ${timer} that fired`;
  return happened(process.stream.ref(key), [
    { type: "TimerScheduled", data: { timerId, timer, dueAt: new Date(0).toISOString(), data } },
    { type: "TimerFired", data: { timerId, timer } },
  ]);
}

/**
 * Says that a command which a process asked for was rejected:
 * `commandRejected(payout, { key: "ann", command: "Account.withdraw", rejection: "insufficient-funds" })`.
 */
export function commandRejected(
  process: Pick<Process, "stream">,
  { key, detail = null, ...rejected }: Omit<RejectedCommand, "detail"> & { readonly detail?: unknown },
): History {
  return happened(process.stream.ref(key), [{ type: "CommandRejected", data: { ...rejected, detail } }]);
}
