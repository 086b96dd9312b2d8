import { abortable, nonceMax, type ReadAllRequest, type ReadStreamRequest } from "@leftfold/core";
import { assertDense } from "./assert-dense.ts";
import type { LogBatch } from "./log-batch.ts";
import { type LogTable, type Page, pageEventsMax, readLogPage, readStreamPage } from "./read-page.ts";
import { retryRead } from "./retry-read.ts";
import { ScanWindow } from "./scan-window.ts";

/** One aggregate's events, page by page. */
export async function* readStreamPages(
  table: LogTable,
  request: ReadStreamRequest,
  signal: AbortSignal | undefined,
): AsyncGenerator<LogBatch, void, undefined> {
  const { aggregateType, aggregateId, direction, from, maxCount = Number.POSITIVE_INFINITY } = request;
  const isForwards = direction !== "backwards";
  let lowest = isForwards ? (from ?? 1n) : 1n;
  let highest = isForwards ? nonceMax : (from ?? nonceMax);
  for (let left = maxCount; left > 0; ) {
    const limit = Math.min(left, pageEventsMax);
    const order = isForwards ? "asc" : "desc";
    const stretch = { aggregateType, aggregateId, lowest, highest, order, limit } as const;
    const { batch, isFull } = await read(() => readStreamPage(table, stretch), signal);
    if (batch === undefined) return;
    left -= batch.count;
    // Streams are dense, so counting says where the page ended; backwards, the first page's start is what has to be looked up.
    if (isForwards) lowest += BigInt(batch.count);
    else highest = lastAggregateNonce(batch) - 1n;
    yield batch;
    if (!isFull) return;
  }
}

function lastAggregateNonce(batch: LogBatch): bigint {
  return batch.events[batch.count - 1]!.aggregateNonce;
}

/** A tenant's events up to `head`, page by page. */
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
  for (let left = maxCount; left > 0 && lowest <= highest; ) {
    const limit = Math.min(left, pageEventsMax);
    const part = isForwards ? window.upFrom(lowest, highest) : window.downFrom(highest, lowest);
    const { batch, isFull } = await read(() => readLogPage(table, { query, ...part, order, limit }), signal);
    if (query === undefined) {
      const [start, end] = isForwards ? [lowest, highest] : [highest, lowest];
      assertDense(batch, start, isFull ? undefined : end);
    }
    window.adapt(isFull);
    if (isForwards) lowest = (isFull ? batch!.lastGlobalNonce : part.highest) + 1n;
    else highest = (isFull ? batch!.lastGlobalNonce : part.lowest) - 1n;
    if (batch === undefined) continue;
    left -= batch.count;
    yield batch;
  }
}

async function read(page: () => Promise<Page>, signal: AbortSignal | undefined): Promise<Page> {
  return await abortable(retryRead(page, signal), signal);
}

/** Reads one page ahead, so that the database works while the reader does. */
export async function* readAhead<T>(
  source: AsyncGenerator<T, void, undefined>,
): AsyncGenerator<T, void, undefined> {
  try {
    let next = source.next();
    for (;;) {
      const { done, value } = await next;
      if (done) return;
      next = source.next();
      // Waited for only when the reader comes back; until then its failure is nobody's.
      next.catch(() => undefined);
      yield value;
    }
  } finally {
    await source.return();
  }
}
