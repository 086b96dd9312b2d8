import { expect, test } from "vitest";
import { abortable } from "./call.ts";
import { leavable } from "./leavable.ts";

function counting(): {
  leaving: AbortController;
  cleaned: () => boolean;
  iterable: AsyncIterableIterator<number>;
} {
  const leaving = new AbortController();
  let cleaned = false;
  async function* generate(): AsyncGenerator<number, void, undefined> {
    try {
      yield 1;
      yield 2;
      await abortable(new Promise<never>(() => {}), leaving.signal);
    } finally {
      cleaned = true;
    }
  }
  return { leaving, cleaned: () => cleaned, iterable: leavable(generate(), leaving) };
}

test("a loop that is left cleans up", async () => {
  const { iterable, leaving, cleaned } = counting();
  for await (const value of iterable) if (value === 2) break;
  expect(cleaned()).toBe(true);
  expect(leaving.signal.aborted).toBe(true);
});

test("leaving while a value is awaited ends that wait at once, as done", async () => {
  const { iterable, cleaned } = counting();
  await iterable.next();
  await iterable.next();
  const pending = iterable.next();
  expect(await iterable.return?.()).toEqual({ done: true, value: undefined });
  expect(await pending).toEqual({ done: true, value: undefined });
  expect(cleaned()).toBe(true);
  expect(await iterable.next()).toEqual({ done: true, value: undefined });
});

test("leaving before the first value runs nothing", async () => {
  const { iterable, cleaned } = counting();
  await iterable.return?.();
  expect(await iterable.next()).toEqual({ done: true, value: undefined });
  expect(cleaned()).toBe(false);
});

test("an abort for another reason reaches the caller", async () => {
  const { iterable, leaving } = counting();
  await iterable.next();
  await iterable.next();
  const pending = iterable.next();
  const reason = new Error("the store was closed");
  leaving.abort(reason);
  await expect(pending).rejects.toBe(reason);
  expect(await iterable.next()).toEqual({ done: true, value: undefined });
});
