import { EventEmitter } from "node:events";
import { createServer, type Server, type Socket } from "node:net";
import { queryObjects } from "node:v8";
import { memoryBackend } from "@leftfold/backend-memory";
import { type EventStore, type EventStoreBackend, UnavailableError } from "@leftfold/core";
import { anAppend, collect, someEvents, takeUntil, uniqueTenant } from "@leftfold/testing";
import { type NetworkProxy, startProxy } from "@leftfold/testing/proxy";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { connect } from "./connect.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { settled } from "./test-kit/manual-clock.ts";
import type { ServiceHooks } from "./test-kit/serve-backend.ts";
import { startTestServer, type TestServer } from "./test-kit/test-server.ts";

describe("the connection of a client", () => {
  const backend = memoryBackend({ heartbeatMs: 50 });
  const hooks: { -readonly [Name in keyof ServiceHooks]: ServiceHooks[Name] } = {};
  const clients: EventStoreBackend[] = [];
  let server: TestServer;
  let proxy: NetworkProxy;
  let baseUrl: string;
  let tenantId: string;

  beforeEach(async () => {
    hooks.processed = undefined;
    hooks.received = undefined;
    server = await startTestServer({
      backend,
      received: (call, context) => hooks.received?.(call, context),
      processed: (appends) => hooks.processed?.(appends),
    });
    proxy = await startProxy({ target: { port: server.port } });
    baseUrl = `http://127.0.0.1:${proxy.port}`;
    tenantId = uniqueTenant();
  });

  afterEach(async () => {
    for (const client of clients.splice(0)) await client[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  function open(options: Partial<ConnectOptions> = {}): EventStore {
    const client = connect({ baseUrl, retry: { baseDelayMs: 1, delayMaxMs: 20 }, ...options });
    clients.push(client);
    return client.tenant(tenantId);
  }

  test("carries all calls, and stays when reads and subscriptions are left", async () => {
    const store = open();
    await store.append(anAppend({ events: someEvents(3_000) }));
    await collect(store.readAll(), { max: 1 });
    await takeUntil(store.subscribe(), ({ kind }) => kind === "event");
    expect(await store.head()).toBe(3_000n);
    expect(proxy.accepted).toBe(1);
  });

  test("takes the largest appends, several at once", async () => {
    const store = open();
    const payload = new Uint8Array(2 ** 20 - 1_000).fill(7);
    const events = Array.from({ length: 15 }, () => ({ eventType: "E", contentType: "a/b", payload }));
    await Promise.all(
      ["a", "b", "c", "d"].map((aggregateId) => store.append(anAppend({ aggregateId, events }))),
    );
    let bytes = 0;
    for await (const event of store.readAll()) bytes += event.payload.byteLength;
    expect(bytes).toBe(4 * 15 * payload.byteLength);
  });

  test("may break between an append and its answer: it is recorded once", async () => {
    const store = open();
    let cuts = 3;
    hooks.processed = () => {
      if (cuts-- > 0) proxy.cut();
    };
    expect(await store.append(anAppend())).toMatchObject({ firstGlobalNonce: 1n, replayed: false });
    const batch = await Promise.all(
      ["x", "y", "z"].map((aggregateId) => store.append(anAppend({ aggregateId }))),
    );
    expect(batch.map(({ firstGlobalNonce }) => firstGlobalNonce)).toEqual([2n, 3n, 4n]);
    expect(await backend.tenant(tenantId).head()).toBe(4n);
    expect(proxy.accepted).toBe(4);
  });

  test("is made again when the server comes back", async () => {
    const store = open();
    await store.append(anAppend());
    const { port } = server;
    await server[Symbol.asyncDispose]();
    const appended = store.append(anAppend());
    await vi.waitUntil(() => proxy.accepted > 2);
    server = await startTestServer({ backend, port });
    expect(await appended).toMatchObject({ firstGlobalNonce: 2n });
  });

  test("fails with unavailable when nobody listens, and says so", async () => {
    const { port } = server;
    await server[Symbol.asyncDispose]();
    const store = open({ baseUrl: `http://127.0.0.1:${port}`, retry: { attemptsMax: 3, baseDelayMs: 1 } });
    const appended = store.append(anAppend());
    await expect(appended).rejects.toBeInstanceOf(UnavailableError);
    await expect(appended).rejects.toThrow(/ECONNREFUSED.*Gave up after 3 attempts/);
    server = await startTestServer({ backend });
  });

  test("is given up when pings are not answered, while an append waits", async () => {
    const store = open({ keepalive: { pingIntervalMs: 20, pingTimeoutMs: 20 } });
    await store.append(anAppend());
    await proxy.apply({ blackHole: "both" });
    const appended = store.append(anAppend());
    await vi.waitUntil(() => proxy.accepted > 1);
    proxy.cut();
    await proxy.heal();
    expect(await appended).toMatchObject({ firstGlobalNonce: 2n });
  });

  test("is given up when pings are not answered, while a subscription waits", async () => {
    const store = open({ keepalive: { pingIntervalMs: 20, pingTimeoutMs: 20 } });
    const messages = store.subscribe()[Symbol.asyncIterator]();
    expect(await messages.next()).toEqual({ done: false, value: { kind: "caughtUp", globalNonce: 0n } });
    await proxy.apply({ blackHole: "both" });
    await backend.tenant(tenantId).append(anAppend());
    const seen = takeUntil({ [Symbol.asyncIterator]: () => messages }, ({ kind }) => kind === "event");
    await vi.waitUntil(() => proxy.accepted > 1);
    proxy.cut();
    await proxy.heal();
    expect((await seen).at(-1)).toMatchObject({ kind: "event", event: { globalNonce: 1n } });
  });

  test("outlives a subscription that hears nothing on it, which is made again", async () => {
    const store = open({ idleTimeoutMs: 300 });
    let subscriptions = 0;
    hooks.received = (call) =>
      call === "subscribe" && subscriptions++ === 0 ? new Promise(() => undefined) : undefined;
    const [message] = await collect(store.subscribe(), { max: 1 });
    expect(message).toEqual({ kind: "caughtUp", globalNonce: 0n });
    expect(subscriptions).toBe(2);
    expect(proxy.accepted).toBe(1);
  });

  test("keeps no timers of calls that have ended", async () => {
    const store = open();
    const timers = () => process.getActiveResourcesInfo().filter((resource) => resource === "Timeout").length;
    const options = { timeoutMs: 60_000, signal: new AbortController().signal };
    const callAll = async () => {
      await Promise.all([store.append(anAppend(), options), store.append(anAppend()), store.head(options)]);
      await collect(store.readAll({}, options));
      await collect(store.subscribe({}, options), { max: 1 });
    };
    await callAll();
    const before = timers();
    for (let i = 0; i < 10; i++) await callAll();
    expect(timers()).toBeLessThanOrEqual(before);
  });

  test("is let go of when it is closed or breaks under a subscription", async () => {
    const sessions = (): number =>
      (queryObjects(EventEmitter as never, { format: "summary" }) as unknown as string[]).filter((found) =>
        found.startsWith("Http2Session"),
      ).length;
    const before = sessions();
    for (let i = 0; i < 10; i++) {
      const client = connect({ baseUrl, retry: { baseDelayMs: 1, delayMaxMs: 20 } });
      const messages = client.tenant(tenantId).subscribe()[Symbol.asyncIterator]();
      await messages.next();
      const accepted = proxy.accepted;
      proxy.cut();
      // It connects anew, and is closed with a call open.
      while (proxy.accepted === accepted) await messages.next();
      await messages.next();
      await client[Symbol.asyncDispose]();
    }
    await expect.poll(sessions).toBeLessThan(before + 5);
  });

  test("is closed when nothing was asked of it for long", async () => {
    const store = open({ keepalive: { idleConnectionTimeoutMs: 20 } });
    await store.head();
    expect(proxy.accepted).toBe(1);
    await vi.waitUntil(() => proxy.connections === 0);
    await store.head();
    expect(proxy.accepted).toBe(2);
  });

  test("is not opened again by a call that the closing overtook", async () => {
    let give: (headers: Record<string, string>) => void = () => undefined;
    const headers = () => new Promise<Record<string, string>>((resolve) => (give = resolve));
    const client = connect({ baseUrl, headers });
    const calls = [client.tenant("t").head(), collect(client.tenant("t").readAll())];
    await settled();
    await client[Symbol.asyncDispose]();
    give({});
    for (const call of calls) await expect(call).rejects.toThrow(/^The store was closed/);
    await settled();
    expect(proxy.accepted).toBe(0);
  });

  test("does not grow its memory while a subscriber stands still", async () => {
    const store = open();
    const payload = new Uint8Array(100_000);
    for (let i = 0; i < 40; i++) {
      const events = Array.from({ length: 10 }, () => ({ eventType: "E", contentType: "a/b", payload }));
      await backend.tenant(tenantId).append(anAppend({ events }));
    }
    const messages = store.subscribe()[Symbol.asyncIterator]();
    await messages.next();
    const heads = [await store.head(), await store.head()];
    // 40 MB lie in the log; what passed is bounded by the windows of HTTP/2.
    expect(proxy.passedBytes.toClient).toBeLessThan(12 * 2 ** 20);
    expect(heads).toEqual([400n, 400n]);
    await messages.return?.();
  });
});

describe("a server that accepts connections and says nothing", () => {
  let silent: Server;
  const sockets: Socket[] = [];
  beforeEach(async () => {
    silent = createServer((socket) => sockets.push(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
  });
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  function open(protocol: string, options: Partial<ConnectOptions>): EventStoreBackend {
    const address = silent.address();
    const port = typeof address === "object" ? address?.port : 0;
    return connect({ baseUrl: `${protocol}://127.0.0.1:${port}`, ...options });
  }

  test("is given up attempt by attempt, and in the end for good", async () => {
    const retry = { attemptTimeoutMs: 40, attemptsMax: 2, baseDelayMs: 1 };
    await using client = open("http", { retry });
    await expect(client.tenant("t").append(anAppend())).rejects.toMatchObject({ code: "deadline-exceeded" });
  });

  test("is given up when no connection comes about, such as with TLS", async () => {
    await using client = open("https", {
      keepalive: { connectTimeoutMs: 30 },
      retry: { attemptsMax: 2, baseDelayMs: 1 },
    });
    const appended = client.tenant("t").append(anAppend());
    await expect(appended).rejects.toThrow(
      /No connection to https:.* within 30 ms.*Gave up after 2 attempts/,
    );
    expect(sockets.length).toBe(2);
  });
});
