import { getEventListeners } from "node:events";
import { type CallOptions, DeadlineExceededError, type EventStore } from "@leftfold/core";
import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAppend } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid, failure, failureOf } from "../failure.ts";
import { anOrder, seed, wholeLog } from "../shorthand.ts";

/** Every operation, to its end; a subscription to its first message. */
const operations: readonly (readonly [
  string,
  (store: EventStore, options: CallOptions) => Promise<unknown>,
])[] = [
  ["append", (store, options) => store.append(anAppend(), options)],
  ["head", (store, options) => store.head(options)],
  ["readStream", (store, options) => collect(store.readStream(anOrder, options))],
  ["readAll", (store, options) => collect(store.readAll({}, options))],
  ["subscribe", (store, options) => collect(store.subscribe({}, options), { max: 1 })],
];

export const cancellation: ContractArea = contractArea("cancellation and deadlines", (test) => {
  for (const [name, call] of operations) {
    test(`${name} rejects with the signal's reason when it is aborted before`, async ({ store }) => {
      await seed(store, 1);
      for (const reason of [new Error("enough"), "a string", { any: "thing" }]) {
        const signal = AbortSignal.abort(reason);
        expect(await failure(() => call(store, { signal }))).toBe(reason);
        expect(await failure(() => call(store, { signal, timeoutMs: 60_000 }))).toBe(reason);
      }
      const signal = AbortSignal.abort();
      expect(await failure(() => call(store, { signal }))).toBe(signal.reason);
      expect(await store.head()).toBe(1n);
    });

    test(`${name} rejects a timeout that is not above 0`, async ({ store }) => {
      await seed(store, 1);
      for (const timeoutMs of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
        const value = new RegExp(timeoutMs === 0 ? "0" : "");
        await expectInvalid(() => call(store, { timeoutMs }), "timeoutMs", { value, limit: /0/ });
      }
      expect(await store.head()).toBe(1n);
    });

    test(`${name} succeeds within a long deadline, with a signal that stays quiet`, async ({ store }) => {
      await seed(store, 1);
      const { signal } = new AbortController();
      await call(store, { signal, timeoutMs: 2 ** 40 });
    });

    test(`${name} leaves nothing behind on a signal that lives on`, async ({ store }) => {
      await seed(store, 1);
      const { signal } = new AbortController();
      for (let i = 0; i < 5; i++) await call(store, { signal });
      const listeners = getEventListeners(signal, "abort").length;
      for (let i = 0; i < 20; i++) await call(store, { signal });
      expect(getEventListeners(signal, "abort").length).toBe(listeners);
    });
  }

  test("looks at no request whose signal is aborted before, however ill-formed it is", async ({ store }) => {
    const reason = new Error("enough");
    const options = { signal: AbortSignal.abort(reason) };
    // What callers without a compiler may send.
    const nothing = null as never;
    for (const call of [
      () => store.append({ appends: [] }, options),
      () => store.append(nothing, options),
      () => collect(store.readStream({ aggregateType: "", aggregateId: "" }, options)),
      () => collect(store.readAll({ maxCount: 0 }, options)),
      () => collect(store.readAll(nothing, options)),
      () => collect(store.subscribe({ after: -1n }, options)),
    ]) {
      expect(await failure(call)).toBe(reason);
    }
  });

  test("ends a waiting subscription with the signal's reason, and for good", async ({ store }) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const subscription = store.subscribe({}, { signal: controller.signal })[Symbol.asyncIterator]();
    expect((await subscription.next()).value?.kind).toBe("caughtUp");
    const waiting = failure(async () => {
      for (;;) await subscription.next();
    });
    controller.abort(reason);
    expect(await waiting).toBe(reason);
    expect((await subscription.next()).done).toBe(true);
  });

  test("ends a subscription in the middle of history with the signal's reason", async ({ store }) => {
    await seed(store, 3_000);
    const controller = new AbortController();
    const reason = new Error("enough");
    let seen = 0;
    const reading = async () => {
      for await (const { kind } of store.subscribe({}, { signal: controller.signal })) {
        if (kind === "event" && ++seen === 10) controller.abort(reason);
      }
    };
    expect(await failure(reading)).toBe(reason);
    expect(seen).toBeLessThan(3_000);
  });

  for (const [name, read] of [
    ["readAll", (store: EventStore, options: CallOptions) => store.readAll({}, options)],
    ["readStream", (store: EventStore, options: CallOptions) => store.readStream(anOrder, options)],
  ] as const) {
    test(`ends ${name} in the middle with the signal's reason`, async ({ store }) => {
      await seed(store, 3_000);
      const controller = new AbortController();
      const reason = new Error("enough");
      let seen = 0;
      const reading = async () => {
        for await (const _ of read(store, { signal: controller.signal })) {
          if (++seen === 10) controller.abort(reason);
        }
      };
      expect(await failure(reading)).toBe(reason);
      expect(seen).toBeLessThan(3_000);
    });
  }

  test("ends only the calls that the signal was given to", async ({ store, follow }) => {
    const controller = new AbortController();
    const staying = follow();
    const leaving = store.subscribe({}, { signal: controller.signal })[Symbol.asyncIterator]();
    await leaving.next();
    await staying.until("caughtUp");
    controller.abort();
    await failure(async () => {
      for (;;) await leaving.next();
    });
    await seed(store, 1);
    await staying.untilEvents(1);
  });

  test("leaves an append that is aborted in flight recorded once or not at all", async ({ store }) => {
    for (let i = 1; i <= 20; i++) {
      const controller = new AbortController();
      const request = anAppend({ aggregateId: `o${i}`, idempotencyKey: `k${i}` });
      const appending = store.append(request, { signal: controller.signal }).then(
        () => "settled",
        (error: unknown) => error,
      );
      controller.abort();
      expect(["settled", controller.signal.reason]).toContain(await appending);
      await store.append(request);
      expect((await wholeLog(store)).length).toBe(i);
    }
  });

  test("ends a subscription with deadline-exceeded when its time is up", async ({ store }) => {
    await seed(store, 2);
    const error = await failureOf(DeadlineExceededError, () =>
      collect(store.subscribe({}, { timeoutMs: 100 })),
    );
    expect(error.code).toBe("deadline-exceeded");
    expect(await store.head()).toBe(2n);
  });

  test("lets the caller's signal end a call before its deadline does", async ({ store }) => {
    const controller = new AbortController();
    const reason = new Error("enough");
    const options = { signal: controller.signal, timeoutMs: 60_000 };
    const following = async () => {
      for await (const _ of store.subscribe({}, options)) controller.abort(reason);
    };
    expect(await failure(following)).toBe(reason);
  });

  test("lets the deadline end a call whose signal stays quiet", async ({ store }) => {
    const { signal } = new AbortController();
    await failureOf(DeadlineExceededError, () => collect(store.subscribe({}, { signal, timeoutMs: 50 })));
    expect(signal.aborted).toBe(false);
  });
});
