import { createServer, type Http2Server, type IncomingHttpHeaders, type ServerHttp2Stream } from "node:http2";
import type { AddressInfo } from "node:net";
import { createClient, type Interceptor } from "@connectrpc/connect";
import { setTrailerStatus } from "@connectrpc/connect/protocol-grpc";
import { type EventStoreError, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import { EventStoreService, toConnectError } from "@leftfold/proto";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { settled } from "../test-kit/manual-clock.ts";
import { callError, cancelled } from "../wire/call-error.ts";
import { openTransport } from "./node-transport.ts";
import { keepaliveOptions, type OpenTransport } from "./transport-options.ts";

const ok = { ":status": 200, "content-type": "application/grpc+proto" };
/** A `GetHeadResponse` of 7. */
const seven = Uint8Array.of(0, 0, 0, 0, 2, 8, 7);
const passThrough: Interceptor = (next) => (call) => next(call);

type Answer = (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => void;

/** Answers with a body and trailers. */
function answering(
  body: readonly Uint8Array[],
  trailers: Record<string, string> = { "grpc-status": "0" },
): Answer {
  return (stream) => {
    stream.respond(ok, { waitForTrailers: true });
    stream.on("wantTrailers", () => stream.sendTrailers(trailers));
    for (const part of body) stream.write(part);
    stream.end();
  };
}

/** Answers with headers alone. */
function refusing(headers: Record<string, string | number>): Answer {
  return (stream) => stream.respond({ ...ok, ...headers }, { endStream: true });
}

// Every test runs over the short way, and over Connect's generic one: a caller must not be able to tell
// them apart.
describe.each([
  ["the short way", []],
  ["Connect's generic way", [passThrough]],
])("a call over %s", (way, interceptors) => {
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
      answer(stream, received);
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  });

  afterEach(async () => {
    for (const { close } of transports.splice(0)) close();
    await new Promise((resolve) => server.close(resolve));
  });

  function client(path = "") {
    const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}${path}`;
    const options = { baseUrl, interceptors, readBytesMax: 100, keepalive: keepaliveOptions() };
    const opened = openTransport(options);
    transports.push(opened);
    return createClient(EventStoreService, opened.transport);
  }

  /** What the call fails with. */
  async function failure(): Promise<EventStoreError> {
    const reason = await client()
      .getHead({ tenantId: "t" })
      .then(
        () => expect.unreachable("the call succeeded"),
        (error: unknown) => error,
      );
    return callError(reason);
  }

  test("gives the answer, in one piece or in several", async () => {
    answer = answering([seven]);
    expect(await client().getHead({ tenantId: "t" })).toMatchObject({ globalNonce: 7n });
    answer = answering([seven.subarray(0, 3), seven.subarray(3, 6), seven.subarray(6)]);
    expect(await client().getHead({ tenantId: "t" })).toMatchObject({ globalNonce: 7n });
  });

  test("tells the path, the protocol, the deadline and the caller's headers", async () => {
    answer = answering([seven]);
    const given = { authorization: "Bearer x" };
    await client("/behind/a/proxy/").getHead({ tenantId: "t" }, { timeoutMs: 5_000, headers: given });
    expect(headers).toMatchObject({
      ":method": "POST",
      ":path": "/behind/a/proxy/leftfold.eventstore.v1.EventStoreService/GetHead",
      "content-type": "application/grpc+proto",
      te: "trailers",
      "grpc-timeout": "5000m",
      authorization: "Bearer x",
      "user-agent": way === "the short way" ? "leftfold-client" : expect.any(String),
    });
  });

  test("fails with the error that the store threw, from trailers or from headers alone", async () => {
    const error = toConnectError(new ResourceExhaustedError("Full.", { retryDelayMs: 70 }));
    const web = new Headers();
    setTrailerStatus(web, error);
    answer = answering([], Object.fromEntries(web));
    expect(await failure()).toMatchObject({ code: "resource-exhausted", retryDelayMs: 70, message: "Full." });
    answer = refusing(Object.fromEntries(web));
    expect(await failure()).toMatchObject({ code: "resource-exhausted", retryDelayMs: 70, message: "Full." });
  });

  test.each([
    ["a proxy that has no server", refusing({ ":status": 503, "content-type": "text/html" }), "unavailable"],
    ["a proxy that wants credentials", refusing({ ":status": 401 }), "unauthenticated"],
    ["a proxy that forbids", refusing({ ":status": 403 }), "permission-denied"],
    ["something that is no gRPC server", refusing({ "content-type": "text/html" }), "unavailable"],
    ["a server that does not know the call", refusing({ ":status": 404 }), "internal"],
    ["a status without meaning", answering([seven], { "grpc-status": "99" }), "unavailable"],
    ["no status at all", answering([seven], {}), "unavailable"],
    ["no message", answering([]), "internal"],
    ["half a message", answering([seven.subarray(0, 6)]), "unavailable"],
    ["a prefix alone", answering([seven.subarray(0, 4)]), "unavailable"],
    [
      "more than is taken",
      answering([Uint8Array.of(0, 0, 0, 0, 200), new Uint8Array(200)]),
      "resource-exhausted",
    ],
    ["a stream that is reset", (stream: ServerHttp2Stream) => stream.close(2), "unavailable"],
    ["a stream that is refused", (stream: ServerHttp2Stream) => stream.close(7), "unavailable"],
    ["a stream that is cancelled", (stream: ServerHttp2Stream) => stream.close(8), "unavailable"],
    ["a connection that is closed", (stream: ServerHttp2Stream) => stream.session?.destroy(), "unavailable"],
  ] as const)("fails at %s", async (_, given, code) => {
    answer = given;
    expect(await failure()).toMatchObject({ code });
  });

  test("ends at its deadline, and cancels the stream", async () => {
    answer = () => undefined;
    const head = client().getHead({ tenantId: "t" }, { timeoutMs: 30 });
    await expect(head.catch(callError)).resolves.toMatchObject({ code: "deadline-exceeded" });
    await vi.waitUntil(() => streams[0]?.closed);
  });

  test("ends with its signal, before there is a connection and after, and cancels the stream", async () => {
    answer = () => undefined;
    const opened = client();
    await expect(opened.getHead({}, { signal: AbortSignal.abort(cancelled) })).rejects.toBe(cancelled);
    const early = new AbortController();
    const connecting = opened.getHead({}, { signal: early.signal });
    early.abort(cancelled);
    await expect(connecting).rejects.toBe(cancelled);
    const late = new AbortController();
    const head = opened.getHead({ tenantId: "t" }, { signal: late.signal });
    await vi.waitUntil(() => streams.some((stream) => !stream.closed));
    late.abort(cancelled);
    await expect(head).rejects.toBe(cancelled);
    await vi.waitUntil(() => streams.every((stream) => stream.closed));
  });

  test("fails when the client closes", async () => {
    answer = () => undefined;
    const head = client().getHead({ tenantId: "t" });
    await vi.waitUntil(() => streams.length > 0);
    for (const { close } of transports) close();
    const error = callError(await head.catch((reason: unknown) => reason));
    expect(error).toBeInstanceOf(UnavailableError);
    await settled();
  });
});
