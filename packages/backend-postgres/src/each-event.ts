import type { RecordedEvent } from "@leftfold/core";
import type { LogBatch } from "./log-batch.ts";

/**
 * The events of batches, one by one. Written by hand because every event of every read passes here: a generator would cost as
 * much per event as decoding it does.
 */
export function eachEvent(batches: AsyncIterable<LogBatch>): AsyncIterableIterator<RecordedEvent, void> {
  const source = batches[Symbol.asyncIterator]();
  let events: readonly RecordedEvent[] = [];
  let next = 0;
  let loading: Promise<void> | undefined;
  let ended = false;

  const load = async (): Promise<void> => {
    const { done, value } = await source.next();
    if (done) ended = true;
    events = done ? [] : value.events;
    next = 0;
  };
  const take = (): Promise<IteratorResult<RecordedEvent, void>> => {
    if (next < events.length) return Promise.resolve({ done: false, value: events[next++]! });
    if (ended) return Promise.resolve({ done: true, value: undefined });
    // Whoever asks again before the batch is there waits for the same one.
    loading ??= load().finally(() => {
      loading = undefined;
    });
    return loading.then(take);
  };
  return {
    next: take,
    return: async () => {
      ended = true;
      events = [];
      await source.return?.();
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]() {
      return this;
    },
  };
}
