import { memoryBackend } from "@leftfold/backend-memory";
import type { EventStore, RecordedEvent } from "@leftfold/core";
import { anAppend, collect, SeededRandom, someEvents, uniqueTenant } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { FaultyProxy } from "./test-kit/faulty-proxy.ts";
import { startTestServer, type TestServer } from "./test-kit/test-server.ts";

describe("a client whose connections break", () => {
  const random = new SeededRandom();
  const backend = memoryBackend({ heartbeatMs: 50 });
  let server: TestServer;
  let proxy: FaultyProxy;
  let client: ReturnType<typeof connect>;
  let tenantId: string;
  let store: EventStore;

  beforeEach(async () => {
    server = await startTestServer({ backend });
    proxy = await FaultyProxy.open(server.port);
    client = connect({ baseUrl: proxy.url, retry: { baseDelayMs: 1, delayMaxMs: 5, attemptsMax: 1_000 } });
    tenantId = uniqueTenant();
    store = client.tenant(tenantId);
  });

  afterEach(async () => {
    await client[Symbol.asyncDispose]();
    await proxy[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  /** From now on every connection breaks after a random number of bytes, in the middle of whatever comes. */
  function breakConnections(bytesMax: number): void {
    proxy.cut();
    proxy.budgetBytes = () => 200 + random.below(bytesMax);
  }

  test("reads everything once, in order, in both directions", async () => {
    await backend.tenant(tenantId).append(anAppend({ events: someEvents(2_000) }));
    const recorded = await collect(backend.tenant(tenantId).readAll());
    breakConnections(60_000);
    expect(await collect(store.readAll()), `seed ${random.seed}`).toEqual(recorded);
    expect(await collect(store.readAll({ direction: "backwards" }))).toEqual(recorded.toReversed());
    const request = { aggregateType: "order", aggregateId: "o1", from: 100n, maxCount: 1_500 };
    expect(await collect(store.readStream(request))).toEqual(recorded.slice(99, 1_599));
    expect(proxy.accepted).toBeGreaterThan(5);
  });

  test("follows a growing log without loss and without duplicates", async () => {
    breakConnections(20_000);
    const total = 3_000;
    const writing = (async () => {
      for (let i = 0; i < total / 10; i++) {
        await backend.tenant(tenantId).append(anAppend({ aggregateId: `o${i}`, events: someEvents(10) }));
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
    expect(seen, `seed ${random.seed}`).toEqual(await collect(backend.tenant(tenantId).readAll()));
    expect(proxy.accepted).toBeGreaterThan(10);
  });

  test("records every append once, whatever became of the answers", async () => {
    breakConnections(5_000);
    const appends = Array.from({ length: 300 }, async (_, i) => {
      const result = await store.append(anAppend({ aggregateId: `o${i}` }));
      return result.firstGlobalNonce;
    });
    const nonces = await Promise.all(appends);
    expect(new Set(nonces).size, `seed ${random.seed}`).toBe(300);
    expect(await backend.tenant(tenantId).head()).toBe(300n);
    expect(proxy.accepted).toBeGreaterThan(1);
  });
});
