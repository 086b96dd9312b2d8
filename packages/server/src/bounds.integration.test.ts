import { createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { ResourceExhaustedError } from "@leftfold/core";
import { appendRequestToWire, EventStoreService, fromConnectError } from "@leftfold/proto";
import { anAppend, anEvent } from "@leftfold/testing";
import { describe, expect, test, vi } from "vitest";
import type { ServerLimits } from "./server-options.ts";
import { openPath } from "./test-kit/both-paths.ts";
import { pathOfMethod, requestFrame } from "./test-kit/raw-call.ts";

const { append } = EventStoreService.method;
const request = appendRequestToWire("acme", anAppend());
const large = appendRequestToWire(
  "acme",
  anAppend({ events: [anEvent({ payload: new Uint8Array(100_000) })] }),
);

describe.each([
  ["the short path", true],
  ["Connect's path", false],
])("on %s", (_, shortPath) => {
  async function open(limits: Partial<ServerLimits>) {
    const path = await openPath({ shortPath, limits: { retryDelayMs: 321, ...limits } });
    const client = createClient(EventStoreService, createGrpcTransport({ baseUrl: path.server.url }));
    return { path, client, [Symbol.asyncDispose]: () => path[Symbol.asyncDispose]() };
  }

  test("appends beyond the bound are refused with a delay, and those within it finish", async () => {
    await using opened = await open({ appendsInFlightMax: 3 });
    const { client, path } = opened;
    path.backend.hold();
    const accepted = [client.append(request), client.appendBatch({ appends: [request, request] })];
    await vi.waitUntil(() => path.backend.waiting === 3);
    const refused = await client.append(request).catch(fromConnectError);
    expect(refused).toBeInstanceOf(ResourceExhaustedError);
    expect(refused).toMatchObject({ retryDelayMs: 321, retryable: true });
    expect((refused as Error).message).toContain("3 appends in flight");
    await expect(client.appendBatch({ appends: [request] })).rejects.toThrow("appends in flight");
    path.backend.release();
    await Promise.all(accepted);
    expect(await client.append(request)).toMatchObject({ lastGlobalNonce: 4n });
  });

  test("a batch that is larger than the bound is refused whole", async () => {
    await using opened = await open({ appendsInFlightMax: 3 });
    const batch = opened.client.appendBatch({ appends: Array.from({ length: 4 }, () => request) });
    await expect(batch).rejects.toThrow("0 appends in flight, and 4 more");
    expect(await opened.client.getHead({ tenantId: "acme" })).toMatchObject({ globalNonce: 0n });
  });

  test("bytes of requests beyond the bound are refused, and given back with the answer", async () => {
    await using opened = await open({ requestBytesHeldMax: 150_000 });
    const { client, path } = opened;
    path.backend.hold();
    const accepted = client.append(large);
    await vi.waitUntil(() => path.backend.waiting === 1);
    const refused = await client.append(large).catch(fromConnectError);
    expect(refused).toMatchObject({ code: "resource-exhausted", retryDelayMs: 321 });
    expect((refused as Error).message).toContain("bytes of requests in hand");
    path.backend.release();
    await accepted;
    for (let i = 0; i < 5; i++) await client.append(large);
  });

  test("bytes of requests are given back when their clients leave before the end", async () => {
    await using opened = await open({ requestBytesHeldMax: 150_000 });
    const { client, path } = opened;
    const frame = requestFrame(append, large);
    for (let i = 0; i < 5; i++) {
      const stream = path.client.session.request({
        ":method": "POST",
        ":path": pathOfMethod(append),
        "content-type": "application/grpc",
      });
      stream.on("error", () => {});
      await new Promise<void>((resolve) => stream.write(frame.subarray(0, -1), () => resolve()));
      stream.close(8);
      await new Promise((resolve) => stream.once("close", resolve));
    }
    await vi.waitFor(async () => client.append(large));
  });
});

describe("streams beyond the bound", () => {
  test.each([
    ["gRPC", (baseUrl: string) => createGrpcTransport({ baseUrl })],
    ["Connect", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
  ])("are refused with a delay over %s, until others end", async (_, transport) => {
    await using path = await openPath({ limits: { streamsMax: 2, retryDelayMs: 321 } });
    const client = createClient(EventStoreService, transport(path.server.url));
    const leaving = new AbortController();
    const first = client.subscribe({ tenantId: "acme" }, { signal: leaving.signal })[Symbol.asyncIterator]();
    const second = client.subscribe({ tenantId: "acme" }, { signal: leaving.signal })[Symbol.asyncIterator]();
    await Promise.all([first.next(), second.next()]);
    const read = async (): Promise<void> => {
      for await (const _ of client.readAll({ tenantId: "acme" }));
    };
    const refused = await read().catch(fromConnectError);
    expect(refused).toMatchObject({ code: "resource-exhausted", retryDelayMs: 321 });
    expect((refused as Error).message).toContain("2 streams open");
    // Unary calls are not concerned.
    expect(await client.append(request)).toMatchObject({ lastGlobalNonce: 1n });
    leaving.abort();
    await vi.waitFor(read);
  });
});
