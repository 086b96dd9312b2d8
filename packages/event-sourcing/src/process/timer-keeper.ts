import { type EventStore, LogWaiters, type ReadModelStore } from "@leftfold/core";
import { withContext } from "../context.ts";
import type { Partition } from "../projection/document-worker.ts";
import { isRetryable } from "../projection/failure.ts";
import { partitionOf } from "../projection/partition-of.ts";
import { backOff, type RetryPolicy } from "../retry.ts";
import type { Process } from "./define-process.ts";
import { noteOwn } from "./process-actions.ts";
import type { PendingTimer, ProcessDocument } from "./process-document.ts";

export interface TimerKeeperSetting {
  readonly store: EventStore;
  readonly readModels: ReadModelStore;
  readonly process: Process;
  readonly partition: Partition | undefined;
  /** Whether everything that may cancel a timer has been processed. */
  readonly isLive: () => boolean;
  readonly nowMs: () => number;
  /** The longest wait before looking again. */
  readonly pollMs: number;
  readonly restart: RetryPolicy;
}

/** Instances looked at in one go. */
const pageMax = 100;

/**
 * Lets timers go off: what is due is noted as an event in the process' own stream, once, whoever notes it. The process reacts to
 * that event as to any other. Nothing is held in memory: what is due is asked of the read model, so that timers outlive restarts.
 */
export class TimerKeeper {
  readonly #setting: TimerKeeperSetting;
  readonly #waiters: LogWaiters = new LogWaiters();

  constructor(setting: TimerKeeperSetting) {
    this.#setting = setting;
  }

  /** Looks again: something was committed. */
  wake(): void {
    this.#waiters.wake(1n);
  }

  /** Runs until it is aborted. */
  async run(signal: AbortSignal): Promise<void> {
    for (let failures = 0; !signal.aborted; ) {
      try {
        const waitMs = this.#setting.isLive() ? await this.#fireDue(signal) : this.#setting.pollMs;
        failures = 0;
        await this.#waiters.wait(0n, waitMs, signal);
      } catch (error) {
        if (signal.aborted) return;
        if (!isRetryable(error) || ++failures >= this.#setting.restart.attemptsMax) throw error;
        await backOff(this.#setting.restart, failures, error, signal).catch(() => undefined);
      }
    }
  }

  /** How long to wait for the next one. */
  async #fireDue(signal: AbortSignal): Promise<number> {
    const { readModels, process, nowMs, pollMs } = this.#setting;
    const now = new Date(nowMs()).toISOString();
    const query = {
      where: { op: "ne", path: "dueAt", value: null },
      orderBy: [{ path: "dueAt" }],
      limit: pageMax,
    } as const;
    let after: string | undefined;
    do {
      const page = await readModels.find(
        process.model,
        { ...query, ...(after !== undefined && { after }) },
        { signal },
      );
      for (const { key, document } of page.documents) {
        const { timers, dueAt } = document as unknown as ProcessDocument<object> & { readonly dueAt: string };
        // ISO 8601 in UTC sorts as the times do. Those behind are due later.
        if (dueAt > now) return Math.min(pollMs, Math.max(1, Date.parse(dueAt) - nowMs()));
        if (!this.#isOwn(key)) continue;
        for (const [timer, pending] of Object.entries(timers)) {
          if (pending.dueAt <= now) await this.#fire(key, timer, pending, signal);
        }
      }
      // Those of parked keys, and of partitions that stand still, stay due: they must not hide the others.
      after = page.next;
    } while (after !== undefined);
    return pollMs;
  }

  #fire(key: string, timer: string, pending: PendingTimer, signal: AbortSignal): Promise<void> {
    const { store, process } = this.#setting;
    const { id: timerId, setBy, correlationId } = pending;
    const idempotencyKey = `${timerId}/fired`;
    const event = { type: "TimerFired", data: { timer, timerId } } as const;
    const context = { causationId: setBy, correlationId: correlationId ?? undefined };
    return withContext(context, () =>
      noteOwn(store, { stream: process.stream, key }, event, { idempotencyKey, signal }),
    );
  }

  #isOwn(key: string): boolean {
    const { partition } = this.#setting;
    return partition === undefined || partitionOf(key, partition.count) === partition.index;
  }
}
