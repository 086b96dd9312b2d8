import { type ClientRequest, request as requestHttp1 } from "node:http";
import { connect as connectHttp2 } from "node:http2";
import { create, toBinary } from "@bufbuild/protobuf";
import { Code, createClient } from "@connectrpc/connect";
import { createConnectTransport, createGrpcTransport } from "@connectrpc/connect-node";
import { memoryBackend } from "@leftfold/backend-memory";
import { EventStoreService, ReadAllRequestSchema } from "@leftfold/proto";
import { anAppend, anEvent } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { enveloped } from "./grpc-plain.ts";
import { type Server, startServer } from "./start-server.ts";
import { HeldBackend } from "./test-kit/held-backend.ts";
import { pathOfMethod } from "./test-kit/raw-call.ts";

const { readAll, subscribe } = EventStoreService.method;
const eventsTotal = 4000;
const tenantId = "acme";
const question = enveloped(toBinary(ReadAllRequestSchema, create(ReadAllRequestSchema, { tenantId })));

/** Ways to ask for a stream and then not to read it; each gives a function that breaks the connection off. */
const stallers: readonly [name: string, stall: (server: Server, path: string) => Promise<() => void>][] = [
  [
    "gRPC over HTTP/2",
    async ({ url }, path) => {
      const session = connectHttp2(url);
      const type = "application/grpc";
      const stream = session.request({
        ":method": "POST",
        ":path": path,
        "content-type": type,
        te: "trailers",
      });
      stream.on("error", () => {}).end(question);
      await new Promise((resolve) => stream.once("response", resolve));
      return () => session.destroy();
    },
  ],
  [
    "Connect over HTTP/1.1",
    async ({ port }, path) => {
      const headers = { "content-type": "application/connect+proto" };
      let request: ClientRequest | undefined;
      await new Promise((resolve) => {
        request = requestHttp1({ host: "127.0.0.1", port, path, method: "POST", headers }, resolve);
        request.on("error", () => {}).end(question);
      });
      return () => request?.destroy();
    },
  ],
];

describe("a stream", () => {
  let backend: HeldBackend;
  let server: Server;
  const errors: object[] = [];
  beforeEach(async () => {
    errors.length = 0;
    const log = { info: () => {}, error: (fields: object) => void errors.push(fields) };
    backend = new HeldBackend(memoryBackend({ heartbeatMs: 20 }));
    server = await startServer({ backend, bindAddr: "127.0.0.1:0", shutdownTimeoutMs: 5000, log });
    const events = Array.from({ length: 1000 }, () => anEvent({ payload: new Uint8Array(16_000) }));
    for (let i = 0; i < eventsTotal / 1000; i++) await backend.tenant(tenantId).append(anAppend({ events }));
  });
  afterEach(async () => {
    await server.close();
    // That clients come and go is nothing to report.
    expect(errors).toEqual([]);
  });

  /** Waits until nothing more is asked of the backend. */
  async function untilStill(): Promise<number> {
    let last = -1;
    await vi.waitUntil(
      () => {
        const still = last === backend.pulled && last > 0;
        last = backend.pulled;
        return still;
      },
      { interval: 200 },
    );
    return last;
  }

  describe.each(stallers)("of %s", (_, stall) => {
    test.each([
      ["a read", pathOfMethod(readAll)],
      ["a subscription", pathOfMethod(subscribe)],
    ])(
      "that is %s asks the store for no more than its client takes, and ends when the client goes",
      async (_, path) => {
        const leave = await stall(server, path);
        // Buffers of sockets and of flow control are in between: a few megabytes of the 64.
        expect(await untilStill()).toBeLessThan(eventsTotal / 2);
        expect(backend.reading).toBe(1);
        leave();
        await vi.waitUntil(() => backend.reading === 0);
      },
    );
  });

  const transports = [
    ["gRPC over HTTP/2", () => createGrpcTransport({ baseUrl: server.url })],
    ["Connect over HTTP/1.1", () => createConnectTransport({ baseUrl: server.url, httpVersion: "1.1" })],
  ] as const;

  describe.each(transports)("of %s", (_, transport) => {
    test("that waits for events ends in the store when its client goes", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      const messages = createClient(EventStoreService, transport()).subscribe(
        { tenantId, start: { case: "head", value: {} } },
        { signal },
      );
      await expect(
        (async () => {
          for await (const _ of messages) controller.abort();
        })(),
      ).rejects.toMatchObject({ code: Code.Canceled });
      await vi.waitUntil(() => backend.reading === 0);
    });

    test("that its client leaves in the middle ends in the store", async () => {
      const controller = new AbortController();
      const { signal } = controller;
      for await (const { events } of createClient(EventStoreService, transport()).readAll(
        { tenantId },
        { signal },
      )) {
        expect(events.length).toBeGreaterThan(0);
        // Leaving the loop alone tells Connect's client nothing.
        controller.abort();
        break;
      }
      await vi.waitUntil(() => backend.reading === 0);
    });

    test("ends with deadline-exceeded when its time is up", async () => {
      const messages = createClient(EventStoreService, transport()).subscribe(
        { tenantId, start: { case: "head", value: {} } },
        { headers: { "grpc-timeout": "100m", "connect-timeout-ms": "100" } },
      );
      await expect(
        (async () => {
          for await (const _ of messages);
        })(),
      ).rejects.toMatchObject({ code: Code.DeadlineExceeded });
      await vi.waitUntil(() => backend.reading === 0);
    });
  });
});
