import { any, exact, noStream, streamExists } from "@leftfold/core";
import { anAggregate, anAppend, noneOf, someEvents, uniqueEventId } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import { defaultQueueBounds } from "./append-queue.ts";
import { heldSql, until, Workbench } from "./testing/workbench.ts";

describe("sequencer at rest", () => {
  it("answers an append that arrives at the very moment at which it comes to rest", async () => {
    await using workbench = await Workbench.migrated();
    const { append } = workbench.sequencer();
    for (let ticks = 0; ticks < 4; ticks++) {
      for (let microtasks = 0; microtasks < 16; microtasks++) {
        await append(anAppend());
        for (let i = 0; i < ticks; i++) await new Promise<void>((resolve) => process.nextTick(resolve));
        for (let i = 0; i < microtasks; i++) await undefined;
        const answer = append(anAppend());
        const isLate = new Promise<string>((resolve) => setTimeout(resolve, 5000, "forgotten").unref());
        const what = `after ${ticks} ticks and ${microtasks} microtasks`;
        expect(await Promise.race([answer.then(() => "answered"), isLate]), what).toBe("answered");
      }
    }
  });
});

describe("sequencer beside another process", () => {
  it("holds a condition against what the other appends while a tenant comes into being", async () => {
    await using workbench = await Workbench.migrated();
    const foreign = workbench.sequencer();
    const pool = heldSql(workbench.sql, (text) =>
      text.startsWith("insert into") && text.includes("tenants")
        ? foreign.append(anAppend({ aggregateId: "foreign" }))
        : undefined,
    );
    const { append } = workbench.sequencer({ pool });
    const outcome = append(anAppend({ aggregateId: "own", conditions: [noneOf([{}])] }));
    await expect(outcome).rejects.toMatchObject({
      code: "concurrency-conflict",
      violations: [{ kind: "condition", index: 0, globalNonce: 1n }],
    });
    expect(await workbench.nonces("t")).toEqual([1]);
  });

  it("does not let a batch follow a foreign one that is as long as the one it was decided on", async () => {
    await using workbench = await Workbench.migrated();
    const foreign = workbench.sequencer();
    const lane = workbench.lane();
    let isHolding = false;
    const let1 = Promise.withResolvers<void>();
    const heldLane = heldSql(lane, (text) =>
      isHolding && text.startsWith("with") ? let1.promise : undefined,
    );
    const { append } = workbench.sequencer({ lane: heldLane });
    await append(anAppend({ aggregateId: "a" }));
    isHolding = true;
    const first = append(anAppend({ aggregateId: "a", expected: exact(1n) }));
    await new Promise((resolve) => setImmediate(resolve));
    const stacked = append(anAppend({ aggregateId: "a", expected: exact(2n) }));
    await new Promise((resolve) => setImmediate(resolve));
    await foreign.append(anAppend({ aggregateId: "b" }));
    let1.resolve();
    isHolding = false;
    expect(await first).toMatchObject({ firstGlobalNonce: 3n, aggregates: [{ aggregateNonce: 2n }] });
    expect(await stacked).toMatchObject({ firstGlobalNonce: 4n, aggregates: [{ aggregateNonce: 3n }] });
    expect(await workbench.nonces("t")).toEqual([1, 2, 3, 4]);
  });

  it("decides appends again in their order, those stacked on a failed batch after those in it", async () => {
    await using workbench = await Workbench.migrated();
    const foreign = workbench.sequencer();
    const { append } = workbench.sequencer();
    await append(anAppend({ aggregateId: "a" }));
    await foreign.append(anAppend({ aggregateId: "b" }));
    const answers = [];
    for (let i = 1n; i <= 40n; i++) {
      answers.push(append(anAppend({ aggregateId: "a", expected: exact(i) })));
      if (i % 8n === 0n) await new Promise((resolve) => setImmediate(resolve));
    }
    const results = await Promise.all(answers);
    expect(results.map(({ firstGlobalNonce }) => firstGlobalNonce)).toEqual(
      results.map((_, i) => BigInt(i) + 3n),
    );
  });

  it("gives a rejection only when the log is still as it was when it was decided", async () => {
    await using workbench = await Workbench.migrated();
    const foreign = workbench.sequencer();
    const { append } = workbench.sequencer();
    await append(anAppend({ aggregateId: "known" }));
    await foreign.append(anAppend({ aggregateId: "known" }));
    // By what this process knows the aggregate is at 1.
    expect(await append(anAppend({ aggregateId: "known", expected: exact(2n) }))).toMatchObject({
      aggregates: [{ aggregateNonce: 3n }],
    });
    await foreign.append(anAppend({ aggregateId: "known" }));
    const stale = append(anAppend({ aggregateId: "known", expected: exact(3n) }));
    await expect(stale).rejects.toMatchObject({ violations: [{ actual: 4n }] });
  });

  it("takes turns with another sequencer under the row lock, and goes back to the fence when it is alone", async () => {
    await using workbench = await Workbench.migrated();
    let locks = 0;
    const begun = new Proxy(workbench.sql, {
      get(target, name) {
        if (name === "begin") locks++;
        return Reflect.get(target, name);
      },
    });
    const one = workbench.sequencer({ pool: begun });
    const other = workbench.sequencer();
    for (let i = 0; i < 20; i++) {
      await Promise.all([one.append(anAppend({ expected: any })), other.append(anAppend({ expected: any }))]);
    }
    expect(locks).toBeGreaterThan(0);
    for (let i = 0; i < 10; i++) await one.append(anAppend());
    const before = locks;
    for (let i = 0; i < 10; i++) await one.append(anAppend());
    expect(locks).toBe(before);
    expect(await workbench.nonces("t")).toEqual(Array.from({ length: 60 }, (_, i) => i + 1));
  });

  it("does not mistake a log whose head was moved without a new stamp for the one that it knows", async () => {
    await using workbench = await Workbench.migrated();
    const { append } = workbench.sequencer();
    await append(anAppend({ aggregateId: "a" }));
    await insertAround(workbench, 2, "a", 2);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 2`);
    const stale = append(anAppend({ aggregateId: "a", expected: exact(7n) }));
    await expect(stale).rejects.toMatchObject({ violations: [{ actual: 2n }] });
    await expect(append(anAppend({ aggregateId: "a", expected: exact(2n) }))).resolves.toMatchObject({
      firstGlobalNonce: 3n,
    });
    await insertAround(workbench, 4, "a", 4);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 4`);
    await expect(append(anAppend({ aggregateId: "a", expected: exact(4n) }))).resolves.toMatchObject({
      firstGlobalNonce: 5n,
    });
  });

  it("refuses loudly to append over an event that was written without moving the head", async () => {
    await using workbench = await Workbench.migrated();
    const { append } = workbench.sequencer();
    await append(anAppend({ aggregateId: "a" }));
    await insertAround(workbench, 2, "x", 1);
    await expect(append(anAppend({ aggregateId: "b" }))).rejects.toMatchObject({
      code: "internal",
      cause: { code: "23505" },
    });
    expect(await workbench.nonces("t")).toEqual([1, 2]);
  });
});

describe("sequencer and assumptions", () => {
  it("rejects only the append that is at fault when an assumption was wrong", async () => {
    await using workbench = await Workbench.migrated();
    const eventId = uniqueEventId();
    await workbench.sequencer().append(anAppend({ aggregateId: "a", events: someEvents(1, { eventId }) }));
    const { append } = workbench.sequencer();
    const good = ["b", "c", "d"].map((aggregateId) =>
      append(anAppend({ aggregateId, expected: noStream, idempotencyKey: aggregateId })),
    );
    const taken = append(anAppend({ aggregateId: "a", expected: noStream }));
    const repeated = append(anAppend({ aggregateId: "e", events: someEvents(1, { eventId }) }));
    await expect(taken).rejects.toMatchObject({ violations: [{ aggregateId: "a", actual: 1n }] });
    await expect(repeated).rejects.toMatchObject({ code: "duplicate-event-id", eventIds: [eventId] });
    expect((await Promise.all(good)).map(({ firstGlobalNonce }) => firstGlobalNonce)).toEqual([2n, 3n, 4n]);
  });

  it("finds an event id that it drew itself, when a client proposes it while it is being committed", async () => {
    await using workbench = await Workbench.migrated();
    const eventId = uniqueEventId();
    const { append } = workbench.sequencer({ newEventId: () => eventId });
    const drawn = append(anAppend({ aggregateId: "a" }));
    await new Promise((resolve) => setImmediate(resolve));
    const proposed = append(anAppend({ aggregateId: "b", events: someEvents(1, { eventId }) }));
    await drawn;
    await expect(proposed).rejects.toMatchObject({ code: "duplicate-event-id", eventIds: [eventId] });
  });

  it("replays a key that another process used, whatever the append expects by now", async () => {
    await using workbench = await Workbench.migrated();
    const request = anAppend({ aggregateId: "a", expected: noStream, idempotencyKey: "k" });
    const result = await workbench.sequencer().append(request);
    const { append } = workbench.sequencer();
    expect(await append(request)).toEqual({ ...result, replayed: true });
    const other = append(anAppend({ aggregateId: "b", expected: noStream, idempotencyKey: "k" }));
    await expect(other).rejects.toMatchObject({ code: "idempotency-mismatch" });
    const checked = anAppend({ aggregateId: "a", expected: streamExists, events: [], idempotencyKey: "k" });
    await expect(append(checked)).rejects.toMatchObject({ code: "idempotency-mismatch" });
  });

  it("replays the names of the append that used the key, also when others tried it first", async () => {
    await using workbench = await Workbench.migrated();
    const appends = ["a", "b"].map((aggregateId) => anAggregate({ aggregateId }));
    const result = await workbench.sequencer().append({ appends, idempotencyKey: "k" });
    const { append } = workbench.sequencer();
    const other = append(anAppend({ aggregateId: "c", idempotencyKey: "k" }));
    await expect(other).rejects.toMatchObject({ code: "idempotency-mismatch" });
    expect(await append({ appends, idempotencyKey: "k" })).toEqual({ ...result, replayed: true });
  });

  it("carries every violation, those of assumed aggregates too", async () => {
    await using workbench = await Workbench.migrated();
    const seed = workbench.sequencer();
    for (const aggregateId of ["a", "b"]) await seed.append(anAppend({ aggregateId }));
    const { append } = workbench.sequencer();
    const appends = [
      anAggregate({ aggregateId: "a", expected: noStream }),
      anAggregate({ aggregateId: "b", expected: exact(5n) }),
      anAggregate({ aggregateId: "c", expected: streamExists }),
    ];
    await expect(append({ appends, conditions: [noneOf([{}], 1n)] })).rejects.toMatchObject({
      violations: [
        { aggregateId: "a", actual: 1n },
        { aggregateId: "b", actual: 1n },
        { aggregateId: "c", actual: 0n },
        { kind: "condition", globalNonce: 2n },
      ],
    });
  });

  it("takes more conditions, items and tags than one statement does", async () => {
    await using workbench = await Workbench.migrated();
    await workbench.sequencer().append(anAppend({ events: someEvents(1, { tags: ["t0", "t1"] }) }));
    const item = (i: number) => ({
      tags: Array.from({ length: 10 }, (_, n) => `t${n + i}`),
      eventTypes: ["OrderPlaced"],
      aggregateIdPrefix: "o",
    });
    const items = Array.from({ length: 100 }, (_, i) => item(i));
    const conditions = Array.from({ length: 10 }, () => noneOf(items));
    const match = noneOf([{ tags: ["t1", "t0"] }]);
    const violating = anAppend({ conditions: [...conditions.slice(1), match] });
    await expect(workbench.sequencer().append(violating)).rejects.toMatchObject({
      violations: [{ kind: "condition", index: 9, globalNonce: 1n }],
    });
    const accepted = workbench.sequencer().append(anAppend({ conditions }));
    expect(await accepted).toMatchObject({ firstGlobalNonce: 2n });
  });
});

describe("sequencer's queue", () => {
  it("refuses what is beyond its bound, answers what was within, and leaves no listener behind", async () => {
    await using workbench = await Workbench.migrated();
    const { append } = workbench.sequencer({ bounds: { ...defaultQueueBounds, waitingAppendsMax: 5 } });
    const controller = new AbortController();
    let listeners = 0;
    const signal = new Proxy(controller.signal, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name, target);
        if (name === "addEventListener") listeners++;
        if (name === "removeEventListener") listeners--;
        return typeof value === "function" ? value.bind(target) : value;
      },
    });
    const answers = Array.from({ length: 8 }, () => append(anAppend(), signal));
    const outcomes = await Promise.allSettled(answers);
    expect(outcomes.map(({ status }) => status)).toEqual([
      ...Array(5).fill("fulfilled"),
      ...Array(3).fill("rejected"),
    ]);
    expect(outcomes[7]).toMatchObject({ reason: { code: "resource-exhausted", retryDelayMs: 100 } });
    expect(listeners).toBe(0);
  });

  it("lets go of an append that is aborted while it waits, and of its place in the order", async () => {
    await using workbench = await Workbench.migrated();
    const gate = Promise.withResolvers<void>();
    const pool = heldSql(workbench.sql, () => gate.promise);
    const { append, sequencer } = workbench.sequencer({ pool });
    const first = append(anAppend({ aggregateId: "a" }));
    await new Promise((resolve) => setImmediate(resolve));
    const controller = new AbortController();
    const waiting = append(anAppend({ aggregateId: "b" }), controller.signal);
    const behind = append(anAppend({ aggregateId: "c" }));
    controller.abort(new Error("left"));
    await expect(waiting).rejects.toThrow("left");
    gate.resolve();
    expect((await first).firstGlobalNonce).toBe(1n);
    expect((await behind).firstGlobalNonce).toBe(2n);
    await until(() => sequencer.isIdle);
  });

  it("answers everything that waits before it is closed, and refuses what comes later", async () => {
    await using workbench = await Workbench.migrated();
    const { append, sequencer } = workbench.sequencer({
      bounds: { ...defaultQueueBounds, batchAppendsMax: 3 },
    });
    const answers = Array.from({ length: 50 }, () => append(anAppend()));
    let answered = 0;
    for (const answer of answers) void answer.then(() => answered++);
    await sequencer.close();
    expect(answered).toBe(50);
    await expect(append(anAppend())).rejects.toMatchObject({ code: "unavailable" });
  });
});

async function insertAround(
  { sql, schema }: Workbench,
  globalNonce: number,
  aggregateId: string,
  aggregateNonce: number,
): Promise<void> {
  await sql.unsafe(
    `insert into ${schema}.events values ('t', $1::bigint, 'order', $2, $3::bigint, gen_random_uuid(), 'E', now(), '', '')`,
    [globalNonce, aggregateId, aggregateNonce],
  );
}
