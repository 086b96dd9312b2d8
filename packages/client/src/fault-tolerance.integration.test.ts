import type { Transport } from "@connectrpc/connect";
import { memoryBackend } from "@leftfold/backend-memory";
import type { EventStore, EventStoreBackend, RecordedEvent } from "@leftfold/core";
import { anAppend, collect, SeededRandom, someEvents, storm, uniqueTenant } from "@leftfold/testing";
import { type NetworkProxy, type ProxyConditions, startProxy } from "@leftfold/testing/proxy";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { startTestServer, type TestServer } from "./test-kit/test-server.ts";
import { openTransport } from "./transport/browser-transport.ts";
import { keepaliveOptions } from "./transport/transport-options.ts";

/** In place of its own, a client gets the transport that it has in browsers. */
function browserTransport(baseUrl: string): Transport {
  return openTransport({ baseUrl, interceptors: [], readBytesMax: 0, keepalive: keepaliveOptions() })
    .transport;
}

describe.each([
  ["over gRPC and HTTP/2", 2, () => undefined],
  ["over Connect, fetch and HTTP/1.1", 1, browserTransport],
] as const)("a client whose connections break, %s", (_, http, transportTo) => {
  const random = new SeededRandom();
  const backend = memoryBackend({ heartbeatMs: 50 });
  let server: TestServer;
  let proxy: NetworkProxy;
  let client: EventStoreBackend;
  let tenantId: string;
  let store: EventStore;

  beforeEach(async () => {
    server = await startTestServer({ backend, http });
    proxy = await startProxy({ target: { port: server.port }, random: random.fork() });
    client = open(proxy);
    tenantId = uniqueTenant();
    store = client.tenant(tenantId);
  });

  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  function open({ port }: NetworkProxy): EventStoreBackend {
    const url = `http://127.0.0.1:${port}`;
    const retry = { baseDelayMs: 1, delayMaxMs: 5, attemptsMax: 1_000 };
    return connect({ baseUrl: url, transport: transportTo(url), retry });
  }

  /** Every connection breaks after a random number of bytes, in the middle of whatever comes. */
  function breaking(bytesMax: number): ProxyConditions {
    return { cutAfterBytes: { toClient: [200, 200 + bytesMax] } };
  }

  test("reads everything once, in order, in both directions", async () => {
    await backend.tenant(tenantId).append(anAppend({ events: someEvents(2_000) }));
    const recorded = await collect(backend.tenant(tenantId).readAll());
    await proxy.apply(breaking(60_000));
    expect(await collect(store.readAll()), `seed ${random.seed}`).toEqual(recorded);
    expect(await collect(store.readAll({ direction: "backwards" }))).toEqual(recorded.toReversed());
    const request = { aggregateType: "order", aggregateId: "o1", from: 100n, maxCount: 1_500 };
    expect(await collect(store.readStream(request))).toEqual(recorded.slice(99, 1_599));
    expect(proxy.accepted).toBeGreaterThan(5);
  });

  test("follows a growing log without loss and without duplicates", async () => {
    await proxy.apply(breaking(20_000));
    const total = 3_000;
    const local = backend.tenant(tenantId);
    const writing = (async () => {
      for (let i = 0; i < total / 10; i++) {
        await local.append(anAppend({ aggregateId: `o${i}`, events: someEvents(10) }));
        await new Promise(setImmediate);
      }
    })();
    const seen: RecordedEvent[] = [];
    for await (const message of store.subscribe()) {
      if (message.kind !== "event") continue;
      seen.push(message.event);
      if (seen.length === total) break;
    }
    await writing;
    expect(seen, `seed ${random.seed}`).toEqual(await collect(local.readAll()));
    expect(proxy.accepted).toBeGreaterThan(10);
  });

  test("records every append once, whatever became of the answers", async () => {
    await proxy.apply(breaking(5_000));
    const nonces: bigint[] = [];
    const writers = Array.from({ length: 20 }, async (_, writer) => {
      for (let i = 0; i < 15; i++) {
        const result = await store.append(anAppend({ aggregateId: `o${writer}-${i}` }));
        nonces.push(result.firstGlobalNonce);
      }
    });
    await Promise.all(writers);
    expect(new Set(nonces).size, `seed ${random.seed}`).toBe(300);
    expect(await backend.tenant(tenantId).head()).toBe(300n);
    expect(proxy.accepted).toBeGreaterThan(1);
  });

  test("stands a storm of writers and readers, and keeps every broken connection to itself", async () => {
    const seed = random.below(2 ** 32);
    await proxy.apply(breaking(300_000));
    const target = { port: server.port };
    const peerProxy = await startProxy({ target, random: random.fork(), conditions: breaking(300_000) });
    const peer = open(peerProxy);
    const report = await storm({ backends: [client, peer], events: 3_000, subscribers: 3, seed });
    expect(report).toMatchObject({ head: 3_000n, retries: 0 });
    expect(proxy.accepted + peerProxy.accepted, `seed ${random.seed}`).toBeGreaterThan(10);
    await peer[Symbol.asyncDispose]();
    await peerProxy[Symbol.asyncDispose]();
  });
});
