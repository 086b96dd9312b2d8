import {
  type AppendResult,
  any,
  ConcurrencyConflictError,
  DuplicateEventIdError,
  exact,
  IdempotencyMismatchError,
  noStream,
} from "@leftfold/core";
import { expect } from "vitest";
import { anAggregate, anAppend, anEvent, noneOf, someEvents, uniqueEventId } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { matched, violated } from "../failure.ts";
import { race } from "../race.ts";
import { nonces, seed, streamOf, wholeLog } from "../shorthand.ts";

const writers = 24;

export const concurrentAppends: ContractArea = contractArea("concurrency: races", (test) => {
  test("lets exactly one of many first appends win, and tells the others the actual nonce", async ({
    store,
  }) => {
    for (const expected of [noStream, exact(0n)]) {
      const aggregate = { aggregateType: "order", aggregateId: expected.kind };
      const { won, lost } = await race(writers, (i) =>
        store.append(anAppend({ ...aggregate, expected, events: someEvents(2, { actorId: `writer ${i}` }) })),
      );
      expect(won.length).toBe(1);
      for (const { error } of lost) {
        expect(error).toBeInstanceOf(ConcurrencyConflictError);
        expect(error).toMatchObject({ violations: [violated(expected, 2n, aggregate)] });
      }
      const events = await streamOf(store, aggregate);
      expect(events.map(({ actorId }) => actorId)).toEqual(Array(2).fill(`writer ${won[0]?.index}`));
    }
  });

  test("records an append once that is sent many times at once under one key", async ({ store }) => {
    const request = {
      appends: [
        anAggregate({ aggregateId: "a", expected: noStream, events: someEvents(2) }),
        anAggregate({ aggregateId: "b", expected: any, events: someEvents(1) }),
      ],
      idempotencyKey: "k",
    };
    const { won, lost } = await race(writers, () => store.append(request));
    expect(lost).toEqual([]);
    expect(won.filter(({ result }) => !result.replayed).length).toBe(1);
    const expected: Partial<AppendResult> = { firstGlobalNonce: 1n, lastGlobalNonce: 3n };
    for (const { result } of won) expect(result).toMatchObject(expected);
    expect((await wholeLog(store)).length).toBe(3);
  });

  test("gives a key to one of two contents that race for it, and replays that one only", async ({
    store,
  }) => {
    const ofContent = (content: number) =>
      anAppend({ aggregateId: `o${content}`, events: someEvents(content), idempotencyKey: "k" });
    const { won, lost } = await race(writers, (i) => store.append(ofContent((i % 2) + 1)));
    expect(won.length).toBe(writers / 2);
    expect(new Set(won.map(({ index }) => index % 2)).size).toBe(1);
    expect(won.filter(({ result }) => !result.replayed).length).toBe(1);
    for (const { error } of lost) expect(error).toBeInstanceOf(IdempotencyMismatchError);
    expect((await wholeLog(store)).length).toBe((won[0]!.index % 2) + 1);
  });

  test("lets exactly one of many appends of the same event id win", async ({ store }) => {
    const eventId = uniqueEventId();
    const { won, lost } = await race(writers, (i) =>
      store.append(anAppend({ aggregateId: `o${i}`, events: [anEvent({ eventId })] })),
    );
    expect(won.length).toBe(1);
    for (const { error } of lost) {
      expect(error).toBeInstanceOf(DuplicateEventIdError);
      expect(error).toMatchObject({ eventIds: [eventId] });
    }
    expect((await wholeLog(store)).length).toBe(1);
  });

  test("lets exactly one of many claims win that a condition guards", async ({ store }) => {
    await seed(store, 3, { aggregateType: "order", aggregateId: "before" });
    const tags = ["username:ada"];
    const { won, lost } = await race(writers, (i) =>
      store.append(
        anAppend({
          aggregateType: "user",
          aggregateId: `u${i}`,
          expected: noStream,
          events: [anEvent({ tags })],
          conditions: [noneOf([{ tags }], 3n)],
        }),
      ),
    );
    expect(won.length).toBe(1);
    expect(lost.length).toBe(writers - 1);
    for (const { error } of lost) expect(error).toMatchObject({ violations: [matched(0, 4n)] });
    expect((await wholeLog(store)).length).toBe(4);
  });

  test("lets one of two appends win that each write what the other one only checks", async ({ store }) => {
    for (let round = 0; round < 20; round++) {
      const [a, b] = [`a${round}`, `b${round}`];
      const write = (written: string, checked: string) =>
        store.append({
          appends: [
            anAggregate({ aggregateId: written, expected: noStream }),
            anAggregate({ aggregateId: checked, expected: noStream, events: [] }),
          ],
        });
      const { won, lost } = await race(2, (i) => (i === 0 ? write(a, b) : write(b, a)));
      expect([won.length, lost.length]).toEqual([1, 1]);
      expect(lost[0]?.error).toBeInstanceOf(ConcurrencyConflictError);
    }
    expect(await store.head()).toBe(20n);
  });

  test("numbers the appends of many writers densely, in the log and in the stream", async ({ store }) => {
    const { won } = await race(writers, async () => {
      const results: AppendResult[] = [];
      for (let i = 0; i < 10; i++) {
        results.push(await store.append(anAppend({ expected: any, events: someEvents(2) })));
      }
      return results;
    });
    const results = won.flatMap(({ result }) => result);
    expect(results.length).toBe(writers * 10);
    const count = results.length * 2;
    const events = await wholeLog(store);
    expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, count));
    expect(events.map(({ aggregateNonce }) => aggregateNonce)).toEqual(nonces(1, count));
    const given = results.flatMap(({ firstGlobalNonce, lastGlobalNonce }) => [
      firstGlobalNonce,
      lastGlobalNonce,
    ]);
    expect(given.sort((a, b) => Number(a - b))).toEqual(nonces(1, count));
    for (const { lastGlobalNonce, aggregates } of results) {
      expect(aggregates[0]?.aggregateNonce).toBe(lastGlobalNonce);
    }
  });

  test("leaves no trace of the appends that it rejects", async ({ store }) => {
    await seed(store, 1);
    const eventIds = Array.from({ length: writers }, uniqueEventId);
    const { won, lost } = await race(writers, (i) =>
      store.append({
        appends: [
          anAggregate({
            aggregateType: "trace",
            aggregateId: `t${i}`,
            events: [anEvent({ eventId: eventIds[i]! })],
          }),
          anAggregate({ expected: exact(1n), events: [anEvent({ tags: ["winner"] })] }),
        ],
        idempotencyKey: `k${i}`,
      }),
    );
    expect([won.length, lost.length]).toEqual([1, writers - 1]);
    const traces = (await wholeLog(store)).filter(({ aggregateType }) => aggregateType === "trace");
    expect(traces.map(({ aggregateId }) => aggregateId)).toEqual([`t${won[0]?.index}`]);
    for (const { index } of lost) {
      const aggregate = { aggregateType: "trace", aggregateId: `t${index}`, expected: noStream };
      const events = [anEvent({ eventId: eventIds[index]! })];
      const again = await store.append(anAppend({ ...aggregate, events, idempotencyKey: `k${index}` }));
      expect(again).toMatchObject({ replayed: false, aggregates: [{ aggregateNonce: 1n }] });
    }
  });
});
