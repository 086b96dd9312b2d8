import { Code, ConnectError, createClient, type Transport } from "@connectrpc/connect";
import {
  createConnectTransport,
  createGrpcTransport,
  createGrpcWebTransport,
} from "@connectrpc/connect-node";
import {
  createConnectTransport as createFetchTransport,
  createGrpcWebTransport as createGrpcWebFetchTransport,
} from "@connectrpc/connect-web";
import { memoryBackend } from "@leftfold/backend-memory";
import { exact } from "@leftfold/core";
import {
  appendRequestToWire,
  EventStoreService,
  fromConnectError,
  recordedEventFromWire,
} from "@leftfold/proto";
import { anAppend, collect, someEvents, uniqueTenant } from "@leftfold/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

const transports: readonly [name: string, open: (baseUrl: string) => Transport][] = [
  ["gRPC over HTTP/2", (baseUrl) => createGrpcTransport({ baseUrl })],
  ["gRPC with JSON over HTTP/2", (baseUrl) => createGrpcTransport({ baseUrl, useBinaryFormat: false })],
  ["gRPC-Web over HTTP/1.1", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "1.1" })],
  ["gRPC-Web over HTTP/2", (baseUrl) => createGrpcWebTransport({ baseUrl, httpVersion: "2" })],
  ["gRPC-Web over fetch", (baseUrl) => createGrpcWebFetchTransport({ baseUrl })],
  ["Connect over HTTP/1.1", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  ["Connect over HTTP/2", (baseUrl) => createConnectTransport({ baseUrl, httpVersion: "2" })],
  ["Connect with JSON over fetch", (baseUrl) => createFetchTransport({ baseUrl, useBinaryFormat: false })],
  [
    "Connect with GET over fetch",
    (baseUrl) => createFetchTransport({ baseUrl, useBinaryFormat: false, useHttpGet: true }),
  ],
];

describe.each(transports)("a client of %s", (_, open) => {
  const backend = memoryBackend({ heartbeatMs: 50 });
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  });
  afterAll(() => server.close());

  const connect = () => createClient(EventStoreService, open(server.url));

  test("appends, one by one and in batches, and asks for the head", async () => {
    const tenantId = uniqueTenant();
    const client = connect();
    const request = appendRequestToWire(tenantId, anAppend({ events: someEvents(3) }));
    const { firstGlobalNonce, lastGlobalNonce, aggregates, replayed } = await client.append(request);
    expect({ firstGlobalNonce, lastGlobalNonce, replayed }).toEqual({
      firstGlobalNonce: 1n,
      lastGlobalNonce: 3n,
      replayed: false,
    });
    expect(aggregates).toMatchObject([{ aggregateType: "order", aggregateId: "o1", aggregateNonce: 3n }]);
    const stale = appendRequestToWire(tenantId, anAppend({ expected: exact(1n) }));
    const { outcomes } = await client.appendBatch({ appends: [request, stale] });
    expect(outcomes.map(({ outcome }) => outcome.case)).toEqual(["accepted", "failed"]);
    expect(await client.getHead({ tenantId })).toMatchObject({ globalNonce: 6n });
  });

  test("learns what was wrong with an append", async () => {
    const tenantId = uniqueTenant();
    const failure = await connect()
      .append(appendRequestToWire(tenantId, anAppend({ expected: exact(7n) })))
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ConnectError);
    expect((failure as ConnectError).code).toBe(Code.Aborted);
    expect(fromConnectError(failure)).toMatchObject({
      code: "concurrency-conflict",
      violations: [{ kind: "expectation", expected: exact(7n), actual: 0n }],
    });
    const invalid = await connect().getHead({ tenantId: "" }).catch(fromConnectError);
    expect(invalid).toMatchObject({ code: "invalid-argument", violations: [{ field: "tenantId" }] });
  });

  test("reads streams and logs as they were recorded", async () => {
    const tenantId = uniqueTenant();
    const store = backend.tenant(tenantId);
    await store.append(anAppend({ events: someEvents(1200, { metadata: { a: "ü" }, tags: ["x:1"] }) }));
    const recorded = await collect(store.readAll());
    const read = async (
      responses: AsyncIterable<{ events: Parameters<typeof recordedEventFromWire>[0][] }>,
    ) => (await collect(responses)).flatMap(({ events }) => events.map(recordedEventFromWire));
    const client = connect();
    expect(await read(client.readAll({ tenantId }))).toEqual(recorded);
    const stream = {
      tenantId,
      aggregateType: "order",
      aggregateId: "o1",
      direction: 2 as const,
      from: 1100n,
      maxCount: 1050,
    };
    expect(await read(client.readStream(stream))).toEqual(recorded.slice(50, 1100).toReversed());
    expect(await read(client.readAll({ tenantId, query: { anyOf: [{ tags: ["x:2"] }] } }))).toEqual([]);
    const invalid = await read(client.readAll({ tenantId, maxCount: 0 })).catch(fromConnectError);
    expect(invalid).toMatchObject({ code: "invalid-argument", violations: [{ field: "maxCount" }] });
  });

  test("follows a log", async () => {
    const tenantId = uniqueTenant();
    const store = backend.tenant(tenantId);
    await store.append(anAppend({ events: someEvents(2) }));
    const nonces: bigint[] = [];
    let caughtUpAt: bigint | undefined;
    const controller = new AbortController();
    const following = (async () => {
      for await (const { message } of connect().subscribe({ tenantId }, { signal: controller.signal })) {
        if (message.case === "batch")
          nonces.push(...message.value.events.map(({ globalNonce }) => globalNonce));
        if (message.case === "caughtUp") {
          caughtUpAt ??= message.value;
          await store.append(anAppend());
        }
        if (message.case === "checkpoint" && message.value === 3n) controller.abort();
      }
    })();
    await expect(following).rejects.toMatchObject({ code: Code.Canceled });
    expect(nonces).toEqual([1n, 2n, 3n]);
    expect(caughtUpAt).toBe(2n);
  });
});
