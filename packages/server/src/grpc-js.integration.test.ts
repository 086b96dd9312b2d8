import {
  create,
  type DescMethodServerStreaming,
  type DescMethodUnary,
  fromBinary,
  type MessageInitShape,
  type MessageShape,
  toBinary,
} from "@bufbuild/protobuf";
import { Client, credentials, type Metadata, type ServiceError, status } from "@grpc/grpc-js";
import { memoryBackend } from "@leftfold/backend-memory";
import { exact } from "@leftfold/core";
import { appendRequestToWire, EventStoreService } from "@leftfold/proto";
import { anAppend, anEvent, someEvents, uniqueTenant } from "@leftfold/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";
import { pathOfMethod } from "./test-kit/raw-call.ts";

const { append, readAll, subscribe } = EventStoreService.method;

describe.each([
  ["the short path", true],
  ["Connect's path", false],
])("a plain @grpc/grpc-js client on %s", (_, shortPath) => {
  const backend = memoryBackend();
  let server: Server;
  let client: Client;
  beforeAll(async () => {
    server = await startServer({ backend, bindAddr: "127.0.0.1:0", shortPath });
    client = new Client(new URL(server.url).host, credentials.createInsecure());
  });
  afterAll(async () => {
    client.close();
    await server.close();
  });

  function unary<M extends DescMethodUnary>(
    method: M,
    message: MessageInitShape<M["input"]>,
  ): Promise<MessageShape<M["output"]>> {
    return new Promise((resolve, reject) => {
      client.makeUnaryRequest(
        pathOfMethod(method),
        (request: MessageShape<M["input"]>) => Buffer.from(toBinary<M["input"]>(method.input, request)),
        (bytes) => fromBinary<M["output"]>(method.output, bytes),
        create<M["input"]>(method.input, message),
        (error, response) => (error ? reject(error) : resolve(response!)),
      );
    });
  }

  function streaming<M extends DescMethodServerStreaming>(method: M, message: MessageInitShape<M["input"]>) {
    return client.makeServerStreamRequest(
      pathOfMethod(method),
      (request: MessageShape<M["input"]>) => Buffer.from(toBinary<M["input"]>(method.input, request)),
      (bytes) => fromBinary<M["output"]>(method.output, bytes),
      create<M["input"]>(method.input, message),
    );
  }

  test("appends, reads and subscribes", async () => {
    const tenantId = uniqueTenant();
    const answer = await unary(append, appendRequestToWire(tenantId, anAppend({ events: someEvents(1500) })));
    expect(answer.lastGlobalNonce).toBe(1500n);
    let read = 0;
    for await (const { events } of streaming(readAll, { tenantId })) read += events.length;
    expect(read).toBe(1500);
    const call = streaming(subscribe, { tenantId, start: { case: "after", value: 1498n } });
    const seen: bigint[] = [];
    for await (const { message } of call) {
      if (message.case === "batch")
        for (const { globalNonce } of message.value.events) seen.push(globalNonce);
      if (message.case === "caughtUp") break;
    }
    call.on("error", () => {}).cancel();
    expect(seen).toEqual([1499n, 1500n]);
  });

  test("reads events of the largest size without asking for larger messages", async () => {
    const tenantId = uniqueTenant();
    for (let i = 0; i < 5; i++) {
      const events = [anEvent({ payload: new Uint8Array(1024 * 1024) })];
      await unary(append, appendRequestToWire(tenantId, anAppend({ events })));
    }
    let read = 0;
    for await (const { events } of streaming(readAll, { tenantId })) read += events.length;
    expect(read).toBe(5);
  });

  test("appends 16 MiB at once", async () => {
    const tenantId = uniqueTenant();
    const events = Array.from({ length: 16 }, () => anEvent({ payload: new Uint8Array(1024 * 1024 - 100) }));
    expect((await unary(append, appendRequestToWire(tenantId, anAppend({ events })))).lastGlobalNonce).toBe(
      16n,
    );
  });

  test("gets the status, the message and the details of a failure", async () => {
    const request = appendRequestToWire(uniqueTenant(), anAppend({ aggregateId: "ö", expected: exact(1n) }));
    const failure: ServiceError & { metadata: Metadata } = await unary(append, request).catch(
      (error) => error,
    );
    expect(failure.code).toBe(status.ABORTED);
    expect(failure.details).toContain('"ö" was expected at exact(1)');
    const [bin] = failure.metadata.get("grpc-status-details-bin");
    expect((bin as Buffer).toString("latin1")).toContain("leftfold.eventstore.v1.ErrorDetail");
  });

  test("makes a thousand calls at a time on one connection", async () => {
    const tenantId = uniqueTenant();
    const calls = Array.from({ length: 1000 }, (_, i) =>
      unary(append, appendRequestToWire(tenantId, anAppend({ aggregateId: `o${i % 50}` }))),
    );
    const nonces = (await Promise.all(calls)).map(({ firstGlobalNonce }) => Number(firstGlobalNonce));
    expect(nonces.sort((a, b) => a - b)).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1));
  });
});
