import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { toBinary } from "@bufbuild/protobuf";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { InvalidArgumentError, type RecordedEvent } from "@leftfold/core";
import {
  encodeEvents,
  eventsOf,
  followMessageOf,
  RawEventStoreService,
  SubscribeResponseSchema,
  subscribeResponseOf,
  toConnectError,
} from "@leftfold/proto";
import { aRecordedEvent } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { callError, cancelled } from "../wire/call-error.ts";
import { framed } from "./grpc-frame.ts";
import { openTransport } from "./node-transport.ts";
import { keepaliveOptions, type OpenTransport } from "./transport-options.ts";

const ok = { ":status": 200, "content-type": "application/grpc+proto" };
const passThrough: Interceptor = (next) => (call) => next(call);
const readBytesMax = 4 * 1024 * 1024;

type Answer = (stream: ServerHttp2Stream) => void;

/** Answers with the parts, one after the other, each in a turn of its own, and then with trailers. */
function answering(
  parts: readonly Uint8Array[],
  trailers: Record<string, string> = { "grpc-status": "0" },
): Answer {
  return (stream) => {
    stream.respond(ok, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    void (async () => {
      for (const part of parts) await new Promise((resolve) => stream.write(part, resolve));
      stream.end();
    })();
  };
}

function events(from: number, count: number, payloadBytes = 10): RecordedEvent[] {
  return Array.from({ length: count }, (_, i) =>
    aRecordedEvent({ globalNonce: BigInt(from + i), payload: new Uint8Array(payloadBytes) }),
  );
}

const frameOf = (batch: readonly RecordedEvent[]): Buffer => framed(encodeEvents(batch).bytes);

// Every test runs over the short way, and over Connect's generic one: a caller must not be able to tell them apart.
describe.each([
  ["the short way", []],
  ["Connect's generic way", [passThrough]],
])("a stream over %s", (_, interceptors) => {
  let server: Http2Server;
  let answer: Answer;
  let headers: IncomingHttpHeaders;
  let streams: ServerHttp2Stream[];
  const transports: OpenTransport[] = [];

  beforeEach(async () => {
    streams = [];
    server = createServer();
    server.on("stream", (stream, received) => {
      stream.on("error", () => undefined);
      streams.push(stream);
      headers = received;
      answer(stream);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(async () => {
    for (const { close } of transports.splice(0)) close();
    await new Promise((resolve) => server.close(resolve));
  });

  function client() {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const opened = openTransport({ baseUrl, interceptors, readBytesMax, keepalive: keepaliveOptions() });
    transports.push(opened);
    return createClient(RawEventStoreService, opened.transport);
  }

  /** The global nonces of all that came, and what the call failed with. */
  async function outcome(
    options: { signal?: AbortSignal; timeoutMs?: number } = {},
  ): Promise<{ nonces: number[]; code: string | undefined; reason: unknown }> {
    const nonces: number[] = [];
    try {
      for await (const response of client().readAll({ tenantId: "t" }, options))
        for (const { globalNonce } of eventsOf(response)) nonces.push(Number(globalNonce));
    } catch (reason) {
      return { nonces, code: callError(reason).code, reason };
    }
    return { nonces, code: undefined, reason: undefined };
  }

  test("gives every message, however it is cut into pieces", async () => {
    const body = Buffer.concat([frameOf(events(1, 3)), frameOf(events(4, 1)), frameOf(events(5, 40))]);
    const all = Array.from({ length: 44 }, (_, i) => i + 1);
    for (const size of [1, 2, 3, 7, 100, body.length]) {
      const parts = Array.from({ length: Math.ceil(body.length / size) }, (_, i) =>
        body.subarray(i * size, (i + 1) * size),
      );
      answer = answering(parts);
      expect(await outcome()).toMatchObject({ nonces: all, code: undefined });
    }
    answer = answering([]);
    expect(await outcome()).toMatchObject({ nonces: [], code: undefined });
    expect(headers).toMatchObject({
      ":path": "/leftfold.eventstore.v1.EventStoreService/ReadAll",
      te: "trailers",
    });
  });

  test("takes messages that are larger than what it takes ahead, and as many as come", async () => {
    const frames = Array.from({ length: 6 }, (_, i) => frameOf(events(i + 1, 1, 1_500_000)));
    answer = answering(frames);
    expect(await outcome()).toMatchObject({ nonces: [1, 2, 3, 4, 5, 6], code: undefined });
  });

  test("holds the server back while nobody takes what came", async () => {
    let written = 0;
    const frame = frameOf(events(1, 1, 100_000));
    answer = (stream) => {
      stream.respond(ok);
      const write = (): void => {
        while (written < 1000 && stream.write(frame)) written++;
        if (written < 1000) stream.once("drain", () => ++written && write());
      };
      write();
    };
    const controller = new AbortController();
    const { signal } = controller;
    const reading = client().readAll({ tenantId: "t" }, { signal })[Symbol.asyncIterator]();
    await reading.next();
    let before = -1;
    while (written !== before) {
      before = written;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(written).toBeLessThan(1000);
    controller.abort(cancelled);
    await vi.waitUntil(() => streams[0]?.closed);
  });

  test("gives messages of every kind to subscribers", async () => {
    const sent = [
      { kind: "batch", batch: encodeEvents(events(1, 2)) },
      { kind: "caughtUp", globalNonce: 2n },
      { kind: "checkpoint", globalNonce: 0n },
    ] as const;
    answer = answering(
      sent.map((message) =>
        framed(toBinary(SubscribeResponseSchema, subscribeResponseOf(message, "binary"))),
      ),
    );
    const received = [];
    for await (const response of client().subscribe({ tenantId: "t" }))
      received.push(followMessageOf(response));
    expect(received).toMatchObject([{ kind: "batch", batch: [{ globalNonce: 1n }, {}] }, sent[1], sent[2]]);
  });

  test("gives what came before a failure, and the error that the store threw", async () => {
    const web = new Headers();
    const violation = { field: "from", value: "0", limit: "at least 1" };
    setTrailerStatus(web, toConnectError(new InvalidArgumentError([violation])));
    answer = answering([frameOf(events(1, 2))], Object.fromEntries(web));
    const { nonces, reason } = await outcome();
    expect(nonces).toEqual([1, 2]);
    expect(callError(reason)).toMatchObject({ code: "invalid-argument", violations: [violation] });
  });

  test("gives what came before a failure to a reader who takes it long after it came", async () => {
    const web = new Headers();
    setTrailerStatus(web, toConnectError(new InvalidArgumentError([])));
    const frames = Array.from({ length: 50 }, (_, i) => frameOf(events(i + 1, 1)));
    answer = answering(frames, Object.fromEntries(web));
    const nonces: number[] = [];
    const reading = async (): Promise<void> => {
      for await (const response of client().readAll({ tenantId: "t" })) {
        if (nonces.length === 0) {
          await vi.waitUntil(() => streams[0]?.closed);
          // What the server has sent is here after as many turns as it takes to read it.
          for (let i = 0; i < 50; i++) await new Promise((resolve) => setImmediate(resolve));
        }
        for (const { globalNonce } of eventsOf(response)) nonces.push(Number(globalNonce));
      }
    };
    await expect(reading().catch((reason) => Promise.reject(callError(reason)))).rejects.toMatchObject({
      code: "invalid-argument",
    });
    expect(nonces).toEqual(Array.from({ length: 50 }, (_, i) => i + 1));
  });

  test.each([
    ["a message that is cut", answering([frameOf(events(1, 2)).subarray(0, -1)]), "unavailable"],
    ["a prefix that is cut", answering([Uint8Array.of(0, 0, 0)]), "unavailable"],
    ["no status", answering([], {}), "unavailable"],
    [
      "a page that is no gRPC",
      (s: ServerHttp2Stream) => s.respond({ ":status": 404 }, { endStream: true }),
      "internal",
    ],
    ["more than is taken", answering([Uint8Array.of(0, 0xff, 0, 0, 0)]), "resource-exhausted"],
    ["a stream that is reset", (s: ServerHttp2Stream) => s.close(2), "unavailable"],
    ["a connection that is closed", (s: ServerHttp2Stream) => s.session?.destroy(), "unavailable"],
  ] as const)("fails at %s", async (_, given, code) => {
    answer = given;
    expect(await outcome()).toMatchObject({ code });
  });

  test("ends at its deadline and with its signal, and cancels the stream", async () => {
    answer = (stream) => stream.respond(ok);
    expect(await outcome({ timeoutMs: 30 })).toMatchObject({ code: "deadline-exceeded" });
    expect((await outcome({ signal: AbortSignal.abort(cancelled) })).reason).toBe(cancelled);
    const controller = new AbortController();
    const reading = outcome({ signal: controller.signal });
    await vi.waitUntil(() => streams.length > 1);
    controller.abort(cancelled);
    expect((await reading).reason).toBe(cancelled);
    await vi.waitUntil(() => streams.every((stream) => stream.closed));
  });

  test("fails when the client closes", async () => {
    answer = (stream) => stream.respond(ok);
    const reading = outcome();
    await vi.waitUntil(() => streams.length > 0);
    for (const { close } of transports) close();
    expect(await reading).toMatchObject({ code: "unavailable" });
  });
});
