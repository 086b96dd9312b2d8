import type { EventStore } from "@leftfold/core";
import { withContext } from "../context.ts";
import { CommandRejectedError } from "../errors.ts";
import type { Reactions } from "../projection/document-worker.ts";
import { isRetryable } from "../projection/failure.ts";
import type { DecodingEvent } from "../projection/projected-event.ts";
import { backOff, type RetryPolicy } from "../retry.ts";
import type { Process } from "./define-process.ts";
import { noteOwn } from "./process-actions.ts";
import { actionsOf } from "./process-fold.ts";

export interface ReactingSetting {
  readonly store: EventStore;
  readonly process: Process;
  readonly retry: RetryPolicy;
  /** Events up to here are history: they are not reacted to. */
  readonly historyEnd: () => bigint;
}

/** Keys whose reactions run side by side. */
const keysAtOnceMax = 16;

/**
 * Does what the events of a batch ask for: in order for each key, several keys side by side. All of it is done before the batch is
 * committed, under idempotency keys that are derived from the events: after a crash in between it is asked for again, and the store
 * answers that it was done.
 */
export function reactions(setting: ReactingSetting): Reactions {
  const done = new WeakMap<DecodingEvent, number>();
  return {
    async perform(applied, settled, signal) {
      const byKey = new Map<string, DecodingEvent[]>();
      for (const event of applied) {
        if (event.globalNonce <= setting.historyEnd() || actionsOf(event).length === 0) continue;
        const key = setting.process.fold.keysOf(event)[0]!;
        const events = byKey.get(key);
        if (events === undefined) byKey.set(key, [event]);
        else events.push(event);
      }
      if (byKey.size === 0) return undefined;
      // What is done rests on what the last batch came to.
      await settled();
      const waiting = byKey.entries();
      const failures: { readonly event: DecodingEvent; readonly error: unknown }[] = [];
      const ending = new AbortController();
      const together = AbortSignal.any([signal, ending.signal]);
      const work = async (): Promise<void> => {
        for (const [key, events] of waiting) {
          const failure = await performInOrder(setting, key, events, done, together);
          if (failure !== undefined) failures.push(failure);
        }
      };
      // When one of them gives up, all do, and have ended before the batch is begun again.
      const workers = Array.from({ length: Math.min(keysAtOnceMax, byKey.size) }, work);
      await Promise.all(workers.map((worker) => worker.catch((error: unknown) => ending.abort(error))));
      together.throwIfAborted();
      return failures.sort((a, b) => (a.event.globalNonce < b.event.globalNonce ? -1 : 1))[0];
    },
  };
}

async function performInOrder(
  setting: ReactingSetting,
  key: string,
  events: readonly DecodingEvent[],
  done: WeakMap<DecodingEvent, number>,
  signal: AbortSignal,
): Promise<{ readonly event: DecodingEvent; readonly error: unknown } | undefined> {
  for (const event of events) {
    const actions = actionsOf(event);
    for (let index = done.get(event) ?? 0; index < actions.length; index++) {
      signal.throwIfAborted();
      try {
        await tried(setting, signal, () => performOne(setting, key, event, index, signal));
      } catch (error) {
        // What may pass is no fault of the event: the consumer begins again later.
        if (signal.aborted || isRetryable(error)) throw error;
        return { event, error };
      }
      done.set(event, index + 1);
    }
  }
  return undefined;
}

async function tried(
  { retry }: ReactingSetting,
  signal: AbortSignal,
  perform: () => Promise<void>,
): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await perform();
    } catch (error) {
      const isFinal = error instanceof CommandRejectedError || signal.aborted;
      if (isFinal || attempt >= retry.attemptsMax) throw error;
      await backOff(retry, attempt, error, signal);
    }
  }
}

function performOne(
  { store, process }: ReactingSetting,
  key: string,
  event: DecodingEvent,
  index: number,
  signal: AbortSignal,
): Promise<void> {
  const idempotencyKey = `${process.name}/${event.eventId}/${index}`;
  const { correlationId, eventId: causationId, actorId, metadata } = event;
  const context = { correlationId, causationId, actorId, traceparent: metadata["traceparent"] };
  return withContext(context, async () => {
    try {
      await actionsOf(event)[index]!.run({ store, idempotencyKey, signal });
    } catch (error) {
      if (!(error instanceof CommandRejectedError) || !process.handlesRejections) throw error;
      const { command, rejection, detail = null } = error;
      const data = { command, rejection, detail };
      const own = { stream: process.stream, key };
      // Under the command's own key: what was rejected stays so, even if it would be accepted by then.
      await noteOwn(store, own, { type: "CommandRejected", data }, { idempotencyKey, signal });
    }
  });
}
