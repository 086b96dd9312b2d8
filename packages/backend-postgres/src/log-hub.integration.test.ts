import { type EventQuery, follow } from "@leftfold/core";
import { anAppend, someEvents } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import type { LogBatch } from "./log-batch.ts";
import { LogHub } from "./log-hub.ts";
import { logPages } from "./log-pages.ts";
import {
  type Interceptor,
  interceptedSql,
  type TestedSequencer,
  until,
  Workbench,
} from "./testing/workbench.ts";

const isHeadRead: (text: string) => boolean = (text) => text.startsWith("select head");
const isPageRead: (text: string) => boolean = (text) => text.includes("string_agg(");

/** A hub, a sequencer that hands over to it, and one that does not. */
function hubOn(
  workbench: Workbench,
  intercept: Interceptor = () => undefined,
): { hub: LogHub; own: TestedSequencer; foreign: TestedSequencer } {
  const sql = interceptedSql(workbench.sql, intercept);
  const hub = new LogHub(logPages({ sql, schema: workbench.schema, tenantId: "t" }));
  const own = workbench.sequencer({
    wantsEvents: () => hub.isActive,
    onCommitted: (commit) => hub.accept(commit),
  });
  return { hub, own, foreign: workbench.sequencer() };
}

/** Follows a hub's log and notes what comes, until it is aborted or fails. */
function subscriber(
  hub: LogHub,
  { after = 0n, query }: { after?: bigint | "head"; query?: EventQuery } = {},
): { nonces: bigint[]; caughtUps: bigint[]; ended: Promise<unknown>; leave: () => void } {
  const leaving = new AbortController();
  const nonces: bigint[] = [];
  const caughtUps: bigint[] = [];
  const run = async (): Promise<void> => {
    const { signal } = leaving;
    const joined = await hub.join({ after, ...(query && { query }) }, signal);
    try {
      for await (const message of follow<LogBatch>(joined.log, {
        after: joined.after,
        heartbeatMs: 60_000,
        signal,
      })) {
        if (message.kind === "batch") nonces.push(...message.batch.events.map((e) => e.globalNonce));
        if (message.kind === "caughtUp") caughtUps.push(message.globalNonce);
      }
    } finally {
      joined.leave();
    }
  };
  const ended = run().catch((error: unknown) => error);
  return { nonces, caughtUps, ended, leave: () => leaving.abort(new Error("left")) };
}

const upTo = (count: number): bigint[] => Array.from({ length: count }, (_, i) => BigInt(i + 1));

describe("hub", () => {
  it("misses nothing that is committed between reading the head and starting to follow", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own } = hubOn(workbench, (text, run) =>
      isHeadRead(text)
        ? run().then(async (rows) => {
            await own.append(anAppend());
            return rows;
          })
        : undefined,
    );
    const { nonces, leave } = subscriber(hub);
    await until(() => nonces.length === 1);
    leave();
    expect(nonces).toEqual([1n]);
  });

  it("reads the head once for all who join at once", async () => {
    await using workbench = await Workbench.migrated();
    let headReads = 0;
    const { hub, own } = hubOn(workbench, (text) => {
      if (isHeadRead(text)) headReads++;
      return undefined;
    });
    await own.append(anAppend());
    const first = subscriber(hub);
    await until(() => hub.waiting === 1);
    const others = Array.from({ length: 100 }, () => subscriber(hub, { after: "head" }));
    await until(() => hub.waiting === 101);
    expect(headReads).toBe(2);
    for (const { leave } of [first, ...others]) leave();
  });

  it("hears of a head at the very moment at which it has caught up", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, foreign } = hubOn(workbench);
    const { nonces, leave } = subscriber(hub);
    await until(() => hub.waiting === 1);
    for (let count = 1; count <= 60; count += 2) {
      await foreign.append(anAppend());
      hub.hear(BigInt(count));
      await until(() => nonces.length === count);
      for (let i = 0; i < count % 12; i++) await undefined;
      await foreign.append(anAppend());
      hub.hear(BigInt(count + 1));
      await until(() => nonces.length === count + 1);
    }
    leave();
    expect(nonces).toEqual(upTo(60));
  });

  it("joins its own commits and those of others into one order, whoever tells first", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own, foreign } = hubOn(workbench);
    const all = [subscriber(hub), subscriber(hub), subscriber(hub, { after: "head" })];
    await until(() => hub.waiting === 3);
    const appends = [];
    for (let i = 0; i < 40; i++) {
      appends.push(own.append(anAppend({ aggregateId: `own-${i}` })));
      appends.push(foreign.append(anAppend({ aggregateId: `foreign-${i}` })));
      if (i % 4 === 0) appends.push(foreign.append(anAppend()).then((r) => hub.hear(r.lastGlobalNonce)));
      if (i % 10 === 0) await appends.at(-1);
    }
    await Promise.all(appends);
    hub.hear(90n);
    await until(() => all.every(({ nonces }) => nonces.length >= 90));
    for (const { nonces, leave } of all) {
      leave();
      expect(nonces).toEqual(upTo(90));
    }
  });

  it("serves a subscriber behind its tail from the table, across the join", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own } = hubOn(workbench);
    await own.append(anAppend({ events: someEvents(3000) }));
    const first = subscriber(hub, { after: "head" });
    await until(() => hub.waiting === 1);
    for (let i = 0; i < 9; i++) await own.append(anAppend({ events: someEvents(3000) }));
    const late = subscriber(hub);
    const filtered = subscriber(hub, { query: { anyOf: [{ eventTypes: ["none"] }] } });
    await until(() => late.nonces.length === 30_000 && first.nonces.length === 27_000);
    await until(() => filtered.caughtUps.length > 0);
    expect(late.nonces).toEqual(upTo(30_000));
    expect(filtered.caughtUps).toEqual([30_000n]);
    for (const { leave } of [first, late, filtered]) leave();
  });

  it("is not stopped by word of a head that does not exist", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own, foreign } = hubOn(workbench);
    const { nonces, leave, ended } = subscriber(hub);
    await until(() => hub.waiting === 1);
    hub.hear(1000n);
    await own.append(anAppend());
    hub.hear(2000n);
    await until(() => nonces.length === 1);
    await foreign.append(anAppend());
    hub.hear(2n);
    await until(() => nonces.length === 2);
    leave();
    expect(await ended).toMatchObject({ message: "left" });
  });

  it("stops every subscriber loudly at a hole, and starts anew with the next", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own } = hubOn(workbench);
    await own.append(anAppend());
    const all = [subscriber(hub), subscriber(hub, { after: 5n })];
    await until(() => hub.waiting === 2);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 3, stamp = gen_random_uuid()`);
    hub.hear(3n);
    for (const { ended } of all) {
      expect(await ended).toMatchObject({ code: "internal", message: expect.stringContaining("hole") });
    }
    expect(hub.isActive).toBe(false);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 1`);
    const next = subscriber(hub);
    await until(() => next.nonces.length === 1);
    next.leave();
  });

  it("stops loudly when the log has become shorter than what was delivered", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, own } = hubOn(workbench);
    const { nonces, ended } = subscriber(hub);
    await until(() => hub.waiting === 1);
    await own.append(anAppend({ events: someEvents(5) }));
    await until(() => nonces.length === 5);
    await workbench.sql.unsafe(`update ${workbench.schema}.tenants set head = 3`);
    hub.hear(6n);
    expect(await ended).toMatchObject({
      code: "internal",
      message: expect.stringContaining("events were lost"),
    });
  });

  it("goes on with the next word when PostgreSQL was away at the last", async () => {
    await using workbench = await Workbench.migrated();
    let isAway = false;
    const { hub, foreign } = hubOn(workbench, (text) =>
      isAway && isPageRead(text) ? Promise.reject(away()) : undefined,
    );
    const { nonces, leave } = subscriber(hub);
    await until(() => hub.waiting === 1);
    await foreign.append(anAppend());
    isAway = true;
    hub.hear(1n);
    await new Promise((resolve) => setImmediate(resolve));
    expect(nonces).toEqual([]);
    isAway = false;
    hub.hear(1n);
    await until(() => nonces.length === 1);
    leave();
  });

  it("tells everyone who waits to join that it could not start, and starts anew for the next", async () => {
    await using workbench = await Workbench.migrated();
    let isAway = true;
    const { hub } = hubOn(workbench, (text) =>
      isAway && isHeadRead(text) ? Promise.reject(away()) : undefined,
    );
    const outcomes = await Promise.allSettled([1, 2, 3].map(() => hub.join({}, undefined)));
    expect(outcomes).toMatchObject([1, 2, 3].map(() => ({ reason: { code: "unavailable" } })));
    expect(hub.isActive).toBe(false);
    isAway = false;
    const joined = await hub.join({ after: "head" }, undefined);
    expect(joined.after).toBe(0n);
    expect(hub.isActive).toBe(true);
    joined.leave();
    expect(hub.isActive).toBe(false);
  });

  it("lets nobody join behind what was committed before, though nobody told of it", async () => {
    await using workbench = await Workbench.migrated();
    const { hub, foreign } = hubOn(workbench);
    const first = subscriber(hub);
    await until(() => first.caughtUps.length === 1);
    await foreign.append(anAppend());
    const joined = await hub.join({ after: "head" }, undefined);
    expect(joined.after).toBe(1n);
    joined.leave();
    await until(() => first.nonces.length === 1);
    first.leave();
  });

  it("lets a subscriber go while it joins, and while it reads", async () => {
    await using workbench = await Workbench.migrated();
    let held: (text: string) => boolean = isHeadRead;
    const { hub, own } = hubOn(workbench, (text) => (held(text) ? new Promise(() => undefined) : undefined));
    await own.append(anAppend());
    const joining = subscriber(hub);
    expect(hub.isActive).toBe(true);
    joining.leave();
    expect(await joining.ended).toMatchObject({ message: "left" });
    expect(hub.isActive).toBe(false);
    let isReading = false;
    held = (text) => (isReading ||= isPageRead(text));
    const reading = subscriber(hub);
    await until(() => isReading);
    reading.leave();
    expect(await reading.ended).toMatchObject({ message: "left" });
    held = () => false;
    const next = subscriber(hub);
    await until(() => next.nonces.length === 1);
    next.leave();
  });

  it("reads the log once for everybody", async () => {
    await using workbench = await Workbench.migrated();
    let statements = 0;
    const { hub, own, foreign } = hubOn(workbench, () => {
      statements++;
      return undefined;
    });
    const all = Array.from({ length: 50 }, () => subscriber(hub));
    await until(() => hub.waiting === 50);
    statements = 0;
    for (let i = 0; i < 20; i++) await own.append(anAppend());
    await until(() => all.every(({ nonces }) => nonces.length === 20));
    expect(statements).toBe(0);
    for (let i = 21; i <= 30; i++) {
      await foreign.append(anAppend());
      hub.hear(BigInt(i));
      await until(() => all.every(({ nonces }) => nonces.length === i));
    }
    expect(statements).toBe(10);
    for (const { nonces, leave } of all) {
      leave();
      expect(nonces).toEqual(upTo(30));
    }
  });
});

/** What the driver says when it was closed: not worth another try. */
function away(): Error {
  return Object.assign(new Error("away"), { code: "CONNECTION_ENDED" });
}

it("hands a large append to subscribers in batches of a page, so that no message is larger than clients take", async () => {
  await using workbench = await Workbench.migrated();
  const { hub, own } = hubOn(workbench);
  const leaving = new AbortController();
  const joined = await hub.join({ after: "head" }, leaving.signal);
  const messages = follow<LogBatch>(joined.log, {
    after: joined.after,
    heartbeatMs: 60_000,
    signal: leaving.signal,
  });
  const payload = new Uint8Array(100_000);
  const append = own.append({
    ...anAppend({ events: someEvents(30).map((event) => ({ ...event, payload })) }),
  });
  const sizes: number[] = [];
  const nonces: bigint[] = [];
  for await (const message of messages) {
    if (message.kind !== "batch") continue;
    sizes.push(message.batch.bytes.length);
    nonces.push(...message.batch.events.map(({ globalNonce }) => globalNonce));
    if (nonces.length === 30) break;
  }
  joined.leave();
  await append;
  expect(nonces).toEqual(upTo(30));
  expect(Math.max(...sizes)).toBeLessThanOrEqual(512 * 1024 + 110_000);
});
