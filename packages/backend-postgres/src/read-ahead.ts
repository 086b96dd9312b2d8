import type { LogBatch } from "./log-batch.ts";
import { pageBytesMax } from "./read-page.ts";

/**
 * Takes batches as soon as there are any, up to a page more than the reader has asked for, so that the database works while the
 * reader does.
 */
export async function* readAhead(source: AsyncIterable<LogBatch>): AsyncGenerator<LogBatch, void, undefined> {
  const waiting: LogBatch[] = [];
  let waitingBytes = 0;
  let isOver = false;
  let wakeReader = (): void => undefined;
  let wakeSource = (): void => undefined;
  const take = async (): Promise<void> => {
    for await (const batch of source) {
      waiting.push(batch);
      waitingBytes += batch.bytes.length;
      wakeReader();
      while (waitingBytes >= pageBytesMax && !isOver) {
        await new Promise<void>((resolve) => {
          wakeSource = resolve;
        });
      }
      if (isOver) return;
    }
  };
  const taken = take().finally(() => {
    isOver = true;
    wakeReader();
  });
  // The reader hears of it once it has all that came before.
  taken.catch(() => undefined);
  try {
    for (;;) {
      const batch = waiting.shift();
      if (batch !== undefined) {
        waitingBytes -= batch.bytes.length;
        wakeSource();
        yield batch;
      } else if (isOver) {
        return await taken;
      } else {
        await new Promise<void>((resolve) => {
          wakeReader = resolve;
        });
      }
    }
  } finally {
    isOver = true;
    wakeSource();
  }
}
