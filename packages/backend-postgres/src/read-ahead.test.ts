import { describe, expect, it } from "vitest";
import { LogBatch } from "./log-batch.ts";
import { readAhead } from "./read-ahead.ts";
import { pageBytesMax } from "./read-page.ts";

function batch(nonce: number, byteCount = 10): LogBatch {
  const globalNonce = BigInt(nonce);
  const bytes = new Uint8Array(byteCount);
  return new LogBatch({ bytes, count: 1, firstGlobalNonce: globalNonce, lastGlobalNonce: globalNonce });
}

/** Lets everything happen that can happen by itself. */
async function settle(): Promise<void> {
  for (let i = 0; i < 5; i++) await new Promise((resolve) => setImmediate(resolve));
}

describe("reading ahead", () => {
  it("takes what there is while the reader is busy, up to a page, and goes on when there is room again", async () => {
    let given = 0;
    async function* source(): AsyncGenerator<LogBatch, void, undefined> {
      for (;;) yield batch(++given, pageBytesMax / 4);
    }
    const batches = readAhead(source());
    const first = await batches.next();
    expect(first.value?.lastGlobalNonce).toBe(1n);
    await settle();
    expect(given).toBe(5);
    await settle();
    expect(given).toBe(5);
    expect((await batches.next()).value?.lastGlobalNonce).toBe(2n);
    await settle();
    expect(given).toBe(6);
    await batches.return();
    await settle();
    expect(given).toBe(6);
  });

  it("ends its source when it is left, while the source waits for room and while it has nothing", async () => {
    let ended = 0;
    async function* source(byteCount: number): AsyncGenerator<LogBatch, void, undefined> {
      try {
        for (let nonce = 1; ; nonce++) {
          yield batch(nonce, byteCount);
          await new Promise((resolve) => setImmediate(resolve));
        }
      } finally {
        ended++;
      }
    }
    for await (const _ of readAhead(source(pageBytesMax))) break;
    await settle();
    expect(ended).toBe(1);
    for await (const _ of readAhead(source(1))) break;
    await settle();
    expect(ended).toBe(2);
  });

  it("hands on all batches in order, and a failure behind them", async () => {
    async function* source(): AsyncGenerator<LogBatch, void, undefined> {
      yield batch(1);
      yield batch(2);
      throw new Error("broken");
    }
    const seen: bigint[] = [];
    const reading = async (): Promise<void> => {
      for await (const { lastGlobalNonce } of readAhead(source())) seen.push(lastGlobalNonce);
    };
    await expect(reading()).rejects.toThrow("broken");
    expect(seen).toEqual([1n, 2n]);
  });
});
