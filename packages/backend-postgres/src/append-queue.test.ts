import { defaultLimits, ResourceExhaustedError, validateAppend } from "@leftfold/core";
import { anAppend, someEvents } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import { AppendQueue, defaultQueueBounds, type QueueBounds } from "./append-queue.ts";
import { PendingAppend } from "./pending-append.ts";

const settle = { resolve: () => undefined, reject: () => undefined };

function pending(events = 1, bytes = 2): PendingAppend {
  const payload = new Uint8Array(bytes);
  const request = anAppend({ events: someEvents(events).map((event) => ({ ...event, payload })) });
  return new PendingAppend(validateAppend(request, defaultLimits), undefined, undefined, settle);
}

function queueOf(bounds: Partial<QueueBounds>, ...waiting: PendingAppend[]): AppendQueue {
  const queue = new AppendQueue({ ...defaultQueueBounds, ...bounds });
  for (const append of waiting) queue.add(append);
  return queue;
}

describe("queue of appends", () => {
  it("refuses more bytes than may wait, and takes one append however large", () => {
    const queue = queueOf({ waitingBytesMax: 1000 }, pending(1, 5000));
    expect(() => queue.add(pending())).toThrow(ResourceExhaustedError);
    queue.takeBatch(1000);
    queue.add(pending());
    expect(queue.isEmpty).toBe(false);
  });

  it("counts what is put back, but never refuses it", () => {
    const appends = [pending(), pending(), pending()];
    const queue = queueOf({ waitingAppendsMax: 3 }, ...appends);
    const taken = queue.takeBatch(1000);
    queue.add(pending());
    queue.putBack(taken);
    expect(() => queue.add(pending())).toThrow(ResourceExhaustedError);
    expect(queue.takeBatch(1000).slice(0, 3)).toEqual(appends);
  });

  it.each([
    ["appends", { batchAppendsMax: 2 }],
    ["events", { batchEventsMax: 6 }],
    ["bytes", { batchBytesMax: pending(3).append.byteCount * 2 }],
  ])("takes no more %s at once than a batch may have, and one append however large", (_, bounds) => {
    const queue = queueOf(bounds, pending(3), pending(3), pending(3), pending(9), pending(3));
    const sizes: number[][] = [];
    while (!queue.isEmpty) sizes.push(queue.takeBatch(1000).map(({ append }) => append.eventCount));
    const expected = "batchAppendsMax" in bounds ? [[3, 3], [3, 9], [3]] : [[3, 3], [3], [9], [3]];
    expect(sizes).toEqual(expected);
  });

  it("takes an append that is to be alone by itself, and passes over those that were answered", () => {
    const [first, alone, answered, last] = [pending(), pending(), pending(), pending()];
    const queue = queueOf({}, first!, alone!, answered!, last!);
    alone!.alone = true;
    answered!.reject(new Error("left"));
    expect(queue.takeBatch(1000)).toEqual([first]);
    expect(queue.takeBatch(1000)).toEqual([alone]);
    expect(queue.takeBatch(1000)).toEqual([last]);
    expect(queue.takeBatch(1000)).toEqual([]);
  });

  it("keeps the order of arrival over many batches", () => {
    const appends = Array.from({ length: 5000 }, () => pending());
    const queue = queueOf({ batchAppendsMax: 700 }, ...appends);
    const taken: PendingAppend[] = [];
    while (!queue.isEmpty) taken.push(...queue.takeBatch(1000));
    expect(taken.every((append, i) => append === appends[i])).toBe(true);
  });
});
