import { abortable, nonceMax, type ReadAllRequest, type ReadStreamRequest } from "@leftfold/core";
import { assertDense } from "./assert-dense.ts";
import type { LogBatch } from "./log-batch.ts";
import {
  densePart,
  type LogTable,
  type Page,
  pageEventsMax,
  readLogPage,
  readStreamPage,
  shortPageEventsMax,
} from "./read-page.ts";
import { ReadRetries } from "./retry-read.ts";
import { namesTags, ScanWindow } from "./scan-window.ts";

/** One aggregate's events, as they come. */
export async function* readStreamPages(
  table: LogTable,
  request: ReadStreamRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogBatch, void, undefined> {
  const { aggregateType, aggregateId, direction, from, maxCount = Number.POSITIVE_INFINITY } = request;
  const isForwards = direction !== "backwards";
  const order = isForwards ? "asc" : "desc";
  let lowest = isForwards ? (from ?? 1n) : 1n;
  let highest = isForwards ? nonceMax : (from ?? nonceMax);
  // Most streams are short.
  let pageEvents = shortPageEventsMax;
  // Backwards, it may begin behind the stream's end.
  let isWithin = isForwards;
  for (let left = maxCount, isFull = true; isFull && left > 0; pageEvents = pageEventsMax) {
    const page = persistently(() => {
      const limit = Math.min(left, pageEvents);
      const stretch = { aggregateType, aggregateId, lowest, highest, order, limit } as const;
      return readStreamPage(table, isWithin ? densePart(stretch) : stretch);
    }, signal);
    let step = await page.next();
    for (; !step.done; step = await page.next()) {
      const { batch, lastNonce } = step.value;
      left -= batch.count;
      isWithin = true;
      if (isForwards) lowest = lastNonce + 1n;
      else highest = lastNonce - 1n;
      yield batch;
    }
    isFull = step.value;
  }
}

/** A tenant's events up to `head`, as they come. */
export async function* readAllPages(
  table: LogTable,
  request: ReadAllRequest,
  head: bigint,
  signal: AbortSignal | undefined,
  window: ScanWindow = new ScanWindow(request.query),
): AsyncGenerator<LogBatch, void, undefined> {
  const { query, direction, from, to, maxCount = Number.POSITIVE_INFINITY } = request;
  const isForwards = direction !== "backwards";
  const order = isForwards ? "asc" : "desc";
  const last = isForwards ? to : from;
  let lowest = (isForwards ? from : to) ?? 1n;
  let highest = last === undefined || last > head ? head : last;
  // Most tags have few events.
  let pageEvents = query !== undefined && namesTags(query) ? shortPageEventsMax : pageEventsMax;
  for (let left = maxCount; left > 0 && lowest <= highest; ) {
    let part = { lowest, highest };
    const page = persistently(() => {
      part = isForwards ? window.upFrom(lowest, highest) : window.downFrom(highest, lowest);
      return readLogPage(table, { query, ...part, order, limit: Math.min(left, pageEvents) });
    }, signal);
    let step = await page.next();
    for (; !step.done; step = await page.next()) {
      const { batch } = step.value;
      if (query === undefined) assertDense(batch, isForwards ? lowest : highest);
      left -= batch.count;
      if (isForwards) lowest = batch.lastGlobalNonce + 1n;
      else highest = batch.lastGlobalNonce - 1n;
      yield batch;
    }
    const isFull = step.value;
    window.adapt(isFull);
    if (isFull) {
      pageEvents = pageEventsMax;
      continue;
    }
    const isShort = lowest <= part.highest && highest >= part.lowest;
    if (query === undefined && isShort) {
      const [start, end] = isForwards ? [lowest, highest] : [highest, lowest];
      assertDense(undefined, start, end);
    }
    if (isForwards) lowest = part.highest + 1n;
    else highest = part.lowest - 1n;
  }
}

/**
 * A page that is opened anew when it breaks off because PostgreSQL cannot be reached.
 *
 * @param open opens what is left of it.
 */
async function* persistently(open: () => Page, signal: AbortSignal | undefined): Page {
  const retries = new ReadRetries();
  for (;;) {
    try {
      const page = open();
      for (;;) {
        const step = await abortable(page.next(), signal);
        if (step.done) return step.value;
        retries.progress();
        yield step.value;
      }
    } catch (cause) {
      await retries.waitAfter(cause, signal);
    }
  }
}
