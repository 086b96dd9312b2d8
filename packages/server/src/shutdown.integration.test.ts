import { constants } from "node:http2";
import { connect as connectSocket } from "node:net";
import { toJsonString } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { memoryBackend } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import type { EventStore } from "@leftfold/core";
import { AppendRequestSchema, appendRequestToWire, EventStoreService } from "@leftfold/proto";
import { anAppend, collect, someEvents, uniqueTenant } from "@leftfold/testing";
import { describe, expect, test, vi } from "vitest";
import { startServer } from "./start-server.ts";
import { openPath } from "./test-kit/both-paths.ts";
import { pathOfMethod, requestFrame } from "./test-kit/raw-call.ts";

const { append } = EventStoreService.method;

const request = appendRequestToWire("acme", anAppend());

const transports = [
  ["gRPC over HTTP/2", (baseUrl: string) => createGrpcTransport({ baseUrl })],
  ["Connect over HTTP/1.1", (baseUrl: string) => createConnectTransport({ baseUrl, httpVersion: "1.1" })],
] as const;

describe.each(transports)("a server that shuts down under clients of %s", (_, transport) => {
  test.each([true, false])(
    "finishes the appends that it has accepted (short path: %s)",
    async (shortPath) => {
      await using path = await openPath({ shortPath, shutdownTimeoutMs: 60_000 });
      const client = createClient(EventStoreService, transport(path.server.url));
      path.backend.hold();
      const accepted = Array.from({ length: 10 }, () => client.append(request));
      await vi.waitUntil(() => path.backend.waiting === 10);
      const closed = path.server.close();
      await expect(fetch(`${path.server.url}/healthz`)).rejects.toThrow();
      path.backend.release();
      expect((await Promise.all(accepted)).map(({ lastGlobalNonce }) => lastGlobalNonce)).toHaveLength(10);
      await closed;
      await path.server.close();
    },
  );

  test("ends its streams with unavailable, so that clients go on elsewhere", async () => {
    await using path = await openPath({ shutdownTimeoutMs: 60_000 });
    const client = createClient(EventStoreService, transport(path.server.url));
    const following = (async () => {
      for await (const { message } of client.subscribe({ tenantId: "acme" })) {
        if (message.case === "caughtUp") void path.server.close();
      }
    })();
    await expect(following).rejects.toMatchObject({ code: Code.Unavailable });
    await path.server.close();
    expect(path.backend.reading).toBe(0);
  });

  test("cuts off, when the time is up, what does not finish", async () => {
    await using path = await openPath({ shutdownTimeoutMs: 50 });
    const client = createClient(EventStoreService, transport(path.server.url));
    path.backend.hold();
    const stuck = client.append(request).catch((error: unknown) => error);
    await vi.waitUntil(() => path.backend.waiting === 1);
    await path.server.close();
    expect(await stuck).toBeInstanceOf(Error);
    await vi.waitUntil(() => path.backend.aborted === 1);
  });
});

describe("a server that shuts down", () => {
  test("is not ready any more, for clients whose connection it still has", async () => {
    await using path = await openPath({ shutdownTimeoutMs: 60_000 });
    path.backend.hold();
    // One HTTP/1.1 connection: an append that takes its time, and behind it three requests that come too
    // late.
    const socket = connectSocket(path.server.port, "127.0.0.1").setEncoding("latin1");
    let text = "";
    socket.on("data", (chunk) => {
      text += chunk;
    });
    const ended = new Promise((resolve) => socket.once("close", resolve));
    const body = toJsonString(AppendRequestSchema, request);
    const post = (method: string, message: string): string =>
      `POST /${EventStoreService.typeName}/${method} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n` +
      `content-length: ${message.length}\r\n\r\n${message}`;
    socket.write(post("Append", body));
    await vi.waitUntil(() => path.backend.waiting === 1);
    const closed = path.server.close();
    socket.write(
      `GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n${post("Append", body)}${post("GetHead", '{"tenantId":"a"}')}`,
    );
    // What was written is there; the server's turn to read it has to come.
    for (let turn = 0; turn < 10; turn++) await new Promise(setImmediate);
    path.backend.release();
    await ended;
    await closed;
    const statuses = text.match(/HTTP\/1\.1 \d+/g);
    expect(statuses?.[0]).toBe("HTTP/1.1 200");
    expect(statuses?.slice(1)).toEqual(["HTTP/1.1 503", "HTTP/1.1 503", "HTTP/1.1 503"]);
    expect(await path.backend.tenant("acme").head()).toBe(1n);
  });

  test("tells HTTP/2 clients to go elsewhere", async () => {
    await using path = await openPath({ shutdownTimeoutMs: 60_000 });
    path.backend.hold();
    const call = { path: pathOfMethod(append), chunks: [requestFrame(append, request)] };
    const accepted = path.client.call(call);
    await vi.waitUntil(() => path.backend.waiting === 1);
    const goaway = new Promise((resolve) => path.client.session.once("goaway", resolve));
    const closed = path.server.close();
    // No error: the call that is under way is answered.
    expect(await goaway).toBe(constants.NGHTTP2_NO_ERROR);
    path.backend.release();
    expect((await accepted).trailers).toMatchObject({ "grpc-status": "0" });
    await closed;
  });

  test("closes idle connections at once", async () => {
    await using path = await openPath({ shutdownTimeoutMs: 60_000 });
    expect(await (await fetch(`${path.server.url}/healthz`)).text()).toBe("ok\n");
    await path.client.call({ path: "/nothing" });
    await path.server.close();
  });
});

describe("clients of two servers on one backend, of which one shuts down under load", () => {
  test("lose nothing that was acknowledged, and miss nothing that they follow", async () => {
    const backend = memoryBackend({ heartbeatMs: 50 });
    const bindAddr = "127.0.0.1:0";
    let server = await startServer({ backend, bindAddr });
    const address = new URL(server.url).host;
    const client = connect({
      baseUrl: server.url,
      retry: { baseDelayMs: 1, delayMaxMs: 20, attemptsMax: 1000 },
    });
    const store: EventStore = client.tenant(uniqueTenant());
    const acknowledged: bigint[] = [];
    let isDone = false;
    const writing = Array.from({ length: 8 }, async (_, i) => {
      while (!isDone) {
        const { firstGlobalNonce, lastGlobalNonce } = await store.append(
          anAppend({ aggregateId: `o${i}`, events: someEvents(2) }),
        );
        acknowledged.push(firstGlobalNonce, lastGlobalNonce);
      }
    });
    const seen: bigint[] = [];
    const controller = new AbortController();
    const following = (async () => {
      for await (const message of store.subscribe({}, { signal: controller.signal })) {
        if (message.kind === "event") seen.push(message.event.globalNonce);
      }
    })().catch((error: unknown) => error);
    for (let round = 1; round <= 3; round++) {
      await vi.waitUntil(() => acknowledged.length > round * 300 && seen.length > round * 200, {
        timeout: 30_000,
      });
      await server.close();
      server = await startServer({ backend, bindAddr: address });
    }
    isDone = true;
    await Promise.all(writing);
    const head = await store.head();
    await vi.waitUntil(() => BigInt(seen.length) >= head, { timeout: 30_000 });
    controller.abort();
    expect(await following).toBe(controller.signal.reason);
    const dense = Array.from({ length: Number(head) }, (_, i) => BigInt(i + 1));
    expect(seen).toEqual(dense);
    expect(acknowledged.sort((a, b) => Number(a - b))).toEqual(dense);
    expect((await collect(store.readAll())).map(({ globalNonce }) => globalNonce)).toEqual(dense);
    await client[Symbol.asyncDispose]();
    await server.close();
  });
});
