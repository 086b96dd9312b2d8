import { spawn } from "node:child_process";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { anAppend, collect, someEvents, takeUntil } from "@leftfold/testing";
import { postgresTap } from "@leftfold/testing/proxy";
import { describe, expect, it } from "vitest";
import { postgresBackend } from "./postgres-backend.ts";
import { databaseProxy, urlThrough } from "./testing/database-proxy.ts";
import { databaseUrl, until, Workbench } from "./testing/workbench.ts";

const exiting: string = new URL("./testing/exiting-process.ts", import.meta.url).pathname;

describe("backend", () => {
  it("answers the appends that it took before it ends, and ends everything else", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend();
    const store = backend.tenant("t");
    await store.append(anAppend({ events: someEvents(3000) }));
    const following = collect(store.subscribe());
    const reading = store.readAll()[Symbol.asyncIterator]();
    await reading.next();
    const appends = Array.from({ length: 200 }, (_, i) => store.append(anAppend({ aggregateId: `a${i}` })));
    const ends = Promise.all([
      expect(following).rejects.toMatchObject({ code: "unavailable" }),
      expect(Promise.all(appends)).resolves.toHaveLength(200),
    ]);
    await backend[Symbol.asyncDispose]();
    await ends;
    const readOn = async (): Promise<void> => {
      while (!(await reading.next()).done);
    };
    await expect(readOn()).rejects.toMatchObject({ code: "unavailable" });
    for (const late of [
      () => store.append(anAppend()),
      () => store.head(),
      () => collect(store.readAll()),
      () => collect(store.subscribe()),
    ]) {
      await expect(late()).rejects.toMatchObject({ code: "unavailable" });
    }
    await backend[Symbol.asyncDispose]();
    expect(await workbench.nonces("t")).toHaveLength(3200);
  });

  it("keeps no process alive once it is disposed", async () => {
    await using workbench = await Workbench.migrated();
    const child = spawn(process.execPath, [exiting, databaseUrl, workbench.schemaName], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    const [said, [code]] = await Promise.all([text(child.stdout), once(child, "exit")]);
    expect([said, code]).toEqual(["unavailable", 0]);
  });

  it("lets go of what it holds of tenants that are idle, and takes them up again", async () => {
    await using workbench = new Workbench();
    let locks = 0;
    const tap = postgresTap({ cutAt: ({ text }) => void (text.startsWith("begin") && locks++) });
    const proxy = await databaseProxy({ tap });
    const backend = await workbench.backend({ idleTenantMs: 20, url: urlThrough(proxy) });
    const other = await workbench.backend();
    // Who still believes the log to be where it was fails at the fence, and takes the lock; who was let go looks anew.
    await until(async () => {
      locks = 0;
      await other.tenant("t").append(anAppend({ aggregateId: "a" }));
      await new Promise((resolve) => setTimeout(resolve, 50));
      await backend.tenant("t").append(anAppend({ aggregateId: "a" }));
      return locks === 0;
    });
    const nonces = await workbench.nonces("t");
    expect(nonces).toEqual(nonces.map((_, i) => i + 1));
    await backend[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
  });

  it("keeps a tenant that is followed, however long nothing happens", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend({ idleTenantMs: 10, heartbeatMs: 30 });
    const other = await workbench.backend();
    let checkpoints = 0;
    const messages = await takeUntil(backend.tenant("t").subscribe(), (message) => {
      if (message.kind === "checkpoint" && ++checkpoints === 5) void other.tenant("t").append(anAppend());
      return message.kind === "event";
    });
    expect(messages.at(-1)).toMatchObject({ kind: "event", event: { globalNonce: 1n } });
  });

  it("hears of other processes' appends from the poll when notifications are lost", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend({ pollIntervalMs: 20, heartbeatMs: 60_000 });
    const deaf = await workbench.backend();
    const events = takeUntil(backend.tenant("t").subscribe(), ({ kind }) => kind === "event");
    await workbench.sql.unsafe(`select pg_terminate_backend(pid) from pg_stat_activity
      where query = 'listen "leftfold_${workbench.schemaName}"'`);
    await deaf.tenant("t").append(anAppend());
    expect((await events).at(-1)).toMatchObject({ event: { globalNonce: 1n } });
    await backend[Symbol.asyncDispose]();
  });

  it("says that PostgreSQL cannot be reached, and leaves nothing behind", async () => {
    const options = { url: "postgres://postgres@127.0.0.1:1/postgres" };
    await expect(postgresBackend(options)).rejects.toMatchObject({ code: "unavailable", retryable: true });
  });

  it("keeps tenants apart, and lets them commit side by side", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend({ commitConnectionsMax: 3 });
    const tenants = Array.from({ length: 20 }, (_, i) => `tenant ${i} "quoted" \u2028 💶`);
    await Promise.all(
      tenants.flatMap((tenantId) =>
        Array.from({ length: 10 }, () => backend.tenant(tenantId).append(anAppend())),
      ),
    );
    for (const tenantId of tenants) expect(await backend.tenant(tenantId).head()).toBe(10n);
  });

  it("works without prepared statements, as behind a pooler", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend({ preparedStatements: false });
    const store = backend.tenant("t");
    const appends = Array.from({ length: 20 }, () => store.append(anAppend()));
    await Promise.all(appends);
    expect(await collect(store.readAll({ query: { anyOf: [{}] } }))).toHaveLength(20);
  });

  it("refuses more than may wait, with a delay after which to try again", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend({ queue: { waitingAppendsMax: 10 } });
    const appends = Array.from({ length: 50 }, () => backend.tenant("t").append(anAppend()));
    const outcomes = await Promise.allSettled(appends);
    const refused = outcomes.filter(({ status }) => status === "rejected");
    expect(refused).toHaveLength(40);
    expect(refused[0]).toMatchObject({ reason: { code: "resource-exhausted", retryable: true } });
    expect(await backend.tenant("t").head()).toBe(10n);
  });
});
