import { any, defaultLimits, newEventId, validateAppend } from "@leftfold/core";
import { anAppend, anEvent } from "@leftfold/testing";
import { expect, test } from "vitest";
import { followedMemoryLog } from "./followed-memory-log.ts";
import { MemoryLog } from "./memory-log.ts";

/** A log of so many events, of which the given ones have the tag `rare`. */
function logOf(length: number, ...rare: number[]): MemoryLog {
  const log = new MemoryLog("t", { clock: () => new Date(0), newEventId });
  const tags = (i: number): readonly string[] => (rare.includes(i + 1) ? ["rare"] : []);
  const events = Array.from({ length }, (_, i) => anEvent({ tags: tags(i) }));
  log.append(validateAppend(anAppend({ expected: any, events }), defaultLimits));
  return log;
}

const rare = { anyOf: [{ tags: ["rare"] }] };
const nothing = { anyOf: [{ aggregateIdPrefix: "none" }] };

test("history comes in pages of 256 events, the last of which is live", async () => {
  const followed = followedMemoryLog(logOf(600), undefined);
  const pages = [];
  for (const position of [0n, 256n, 512n]) pages.push(await followed.readAfter(position, undefined));
  expect(pages.map(({ batch }) => batch?.length)).toEqual([256, 256, 88]);
  expect(pages.map(({ scannedTo, lastDelivered, live }) => [scannedTo, lastDelivered, live])).toEqual([
    [256n, 256n, false],
    [512n, 512n, false],
    [600n, 600n, true],
  ]);
});

test("a page of a query reaches as far as was looked, beyond its last match", async () => {
  const followed = followedMemoryLog(logOf(5_000, 10, 4_500), rare);
  const page = await followed.readAfter(0n, undefined);
  expect(page.batch?.map(({ globalNonce }) => globalNonce)).toEqual([10n, 4_500n]);
  expect(page).toMatchObject({ lastDelivered: 4_500n, scannedTo: 5_000n, live: true });
});

test("a page that needs a look at every event ends after 4096 of them, though nothing matched", async () => {
  const followed = followedMemoryLog(logOf(5_000), nothing);
  expect(await followed.readAfter(0n, undefined)).toMatchObject({
    batch: undefined,
    scannedTo: 4_096n,
    live: false,
  });
  expect(await followed.readAfter(4_096n, undefined)).toMatchObject({
    batch: undefined,
    scannedTo: 5_000n,
    live: true,
  });
});

test("nothing lies after the head, nor after a position beyond it", async () => {
  const followed = followedMemoryLog(logOf(3), undefined);
  for (const position of [3n, 99n, 2n ** 63n - 1n]) {
    expect(await followed.readAfter(position, undefined)).toMatchObject({
      batch: undefined,
      scannedTo: position,
      live: true,
    });
  }
});

test("who is behind the head does not wait, who is at it is woken by an append", async () => {
  const log = logOf(3);
  const followed = followedMemoryLog(log, undefined);
  await followed.waitBeyond(2n, 60_000, undefined);
  const woken = followed.waitBeyond(3n, 60_000, undefined);
  log.append(validateAppend(anAppend(), defaultLimits));
  await woken;
  expect(log.waiters.size).toBe(0);
});

test("an append without events wakes nobody", async () => {
  const log = logOf(3);
  const caller = new AbortController();
  const wait = followedMemoryLog(log, undefined).waitBeyond(3n, 60_000, caller.signal);
  log.append(validateAppend(anAppend({ events: [] }), defaultLimits));
  expect(log.waiters.size).toBe(1);
  const reason = new Error("enough");
  caller.abort(reason);
  await expect(wait).rejects.toBe(reason);
});
