import { gzipSync } from "node:zlib";
import { exact, InternalError, noStream } from "@leftfold/core";
import {
  appendRequestToWire,
  EventStoreService,
  readAllRequestToWire,
  readStreamRequestToWire,
} from "@leftfold/proto";
import { anAppend, anEvent, arbitraryAppendRequest, fewNames } from "@leftfold/testing";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { enveloped } from "./grpc-plain.ts";
import { BothPaths } from "./test-kit/both-paths.ts";
import { pathOfMethod, type RawAnswer, type RawCall, requestFrame } from "./test-kit/raw-call.ts";

const { append, appendBatch, getHead, readAll, readStream, subscribe } = EventStoreService.method;

function appendFrame(fields: Parameters<typeof anAppend>[0] = {}, tenantId = "acme"): Uint8Array {
  return requestFrame(append, appendRequestToWire(tenantId, anAppend(fields)));
}

function appendCall(fields: Parameters<typeof anAppend>[0] = {}, call: Partial<RawCall> = {}): RawCall {
  return { path: pathOfMethod(append), chunks: [appendFrame(fields)], ...call };
}

const ok = { "grpc-status": "0" };

describe("the short path and Connect's answer alike, to the byte,", () => {
  let both: BothPaths;
  beforeEach(async () => {
    both = await BothPaths.open({ limits: { requestBytesMax: 64 * 1024 } });
  });
  afterEach(() => both[Symbol.asyncDispose]());

  /** Makes the call over both, and gives the one answer. */
  async function same(call: RawCall): Promise<RawAnswer> {
    const [short, connect] = await both.call(call);
    expect(short).toEqual(connect);
    return short;
  }

  test("to an append", async () => {
    const answer = await same(appendCall());
    expect(answer.headers).toMatchObject({ ":status": 200, "content-type": "application/grpc+proto" });
    expect(answer.trailers).toMatchObject(ok);
    expect(answer.body).not.toBe("");
  });

  test("to a batch of appends, of which one fails", async () => {
    const appends = [
      appendRequestToWire("acme", anAppend({ expected: noStream })),
      appendRequestToWire("acme", anAppend({ expected: noStream })),
      appendRequestToWire("", anAppend()),
      appendRequestToWire("emca", anAppend({ expected: exact(0n) })),
    ];
    const answer = await same({
      path: pathOfMethod(appendBatch),
      chunks: [requestFrame(appendBatch, { appends })],
    });
    expect(answer.trailers).toMatchObject(ok);
  });

  test("to batches of no append and of too many", async () => {
    const one = appendRequestToWire("acme", anAppend());
    for (const appends of [[], Array.from({ length: 1001 }, () => one)]) {
      const answer = await same({
        path: pathOfMethod(appendBatch),
        chunks: [requestFrame(appendBatch, { appends })],
      });
      expect(answer.trailers).toMatchObject({ "grpc-status": "3" });
      expect(decodeURIComponent(String(answer.trailers["grpc-message"]))).toContain("a list of 1 to 1000");
    }
  });

  test("to a conflict, a key of another append, and an event id that is taken", async () => {
    const eventId = "0193e4a5-7b4c-7e1f-8a3b-2d5f6c7e8f90";
    await same(appendCall({ idempotencyKey: "k", events: [anEvent({ eventId })] }));
    const conflict = await same(appendCall({ aggregateId: "größer ✓", expected: exact(5n) }));
    expect(conflict.trailers).toMatchObject({ "grpc-status": "10" });
    expect(conflict.trailers["grpc-status-details-bin"]).toBeTypeOf("string");
    expect(decodeURIComponent(String(conflict.trailers["grpc-message"]))).toContain('"größer ✓"');
    expect((await same(appendCall({ idempotencyKey: "k" }))).trailers).toMatchObject({ "grpc-status": "6" });
    const duplicate = await same(appendCall({ events: [anEvent({ eventId })] }));
    expect(duplicate.trailers).toMatchObject({ "grpc-status": "6" });
  });

  test("to appends of every kind, one after another", async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryAppendRequest(fewNames()),
        fc.constantFrom("acme", "emca", ""),
        async (request, tenant) => {
          const chunks = [requestFrame(append, appendRequestToWire(tenant, request))];
          await same({ path: pathOfMethod(append), chunks });
        },
      ),
      { numRuns: 200 },
    );
  });

  test("to a body that comes in pieces of one byte", async () => {
    const frame = appendFrame();
    const chunks = Array.from(frame, (_, i) => frame.subarray(i, i + 1));
    expect((await same(appendCall({}, { chunks }))).trailers).toMatchObject(ok);
  });

  test("to each content type of gRPC, and to others", async () => {
    for (const type of [
      "application/grpc",
      "application/grpc+proto",
      "application/GRPC",
      "application/grpc+json",
    ]) {
      await same(appendCall({}, { headers: { "content-type": type } }));
    }
    for (const type of ["text/plain", "application/grpc+thrift", "application/json"]) {
      await same(appendCall({}, { headers: { "content-type": type } }));
    }
  });

  test("to a compressed message, and to clients that accept compressed answers", async () => {
    const frame = Buffer.from(enveloped(gzipSync(appendFrame().subarray(5))));
    frame[0] = 1;
    const gzipped = await same(appendCall({}, { chunks: [frame], headers: { "grpc-encoding": "gzip" } }));
    expect(gzipped.trailers).toMatchObject(ok);
    const events = Array.from({ length: 300 }, () => anEvent());
    const accepting = { "grpc-accept-encoding": "gzip, br", "grpc-encoding": "identity" };
    expect((await same(appendCall({ events }, { headers: accepting }))).trailers).toMatchObject(ok);
    await same(appendCall({}, { headers: { "grpc-encoding": "snappy" } }));
    const unannounced = await same(appendCall({}, { chunks: [frame] }));
    expect(unannounced.trailers).toMatchObject({ "grpc-status": "13" });
  });

  test.each([
    ["nothing", []],
    ["an envelope that is cut", [new Uint8Array(3)]],
    ["a message that is cut", [appendFrame().subarray(0, -1)]],
    ["two messages", [appendFrame(), appendFrame()]],
    ["a message and a bit of another", [appendFrame(), new Uint8Array([0, 0])]],
    ["a message of garbage", [enveloped(new Uint8Array([255, 254, 253, 1, 2, 3]))]],
    ["a message with a field of the wrong type", [enveloped(new Uint8Array([0x10, 0x01]))]],
    ["an empty message", [enveloped(new Uint8Array(0))]],
    ["unknown flags", [Buffer.concat([new Uint8Array([2]), appendFrame().subarray(1)])]],
    [
      "a message that is promised too large",
      [new Uint8Array([0, 0xff, 0xff, 0xff, 0xff]), new Uint8Array(10)],
    ],
    [
      "a message that is promised too large, after a start that is not",
      [new Uint8Array([0, 0]), new Uint8Array(70_000)],
    ],
  ])("to a body of %s", async (_, chunks) => {
    const answer = await same(appendCall({}, { chunks }));
    expect(answer.headers[":status"]).toBe(200);
  });

  test("to messages around the size that one may have", async () => {
    const sizes: string[] = [];
    for (const size of [65_000, 66_000, 200_000]) {
      const answer = await same(appendCall({ events: [anEvent({ payload: new Uint8Array(size) })] }));
      sizes.push(String(answer.trailers["grpc-status"]));
    }
    expect(sizes).toEqual(["0", "3", "3"]);
    // The servers are still there.
    expect((await same(appendCall())).trailers).toMatchObject(ok);
  });

  test("to deadlines that are far, endless, past, and unreadable", async () => {
    const status = async (timeout: string): Promise<unknown> =>
      (await same(appendCall({}, { headers: { "grpc-timeout": timeout } }))).trailers["grpc-status"];
    expect(await status("10S")).toBe("0");
    expect(await status("99999999H")).toBe("0");
    expect(await status("0n")).toBe("4");
    expect(await status("soon")).toBe("3");
  });

  test("to a deadline that passes while the store is busy", async () => {
    for (const { backend } of both.paths) backend.hold();
    const answer = await same(appendCall({}, { headers: { "grpc-timeout": "50m" } }));
    expect(answer.trailers).toMatchObject({ "grpc-status": "4" });
    expect(answer.trailers["grpc-status-details-bin"]).toBeTypeOf("string");
    for (const { backend } of both.paths) expect(backend.aborted).toBe(1);
  });

  test("to methods that are not POST, and paths that are no methods", async () => {
    await same(appendCall({}, { headers: { ":method": "PUT" } }));
    await same(appendCall({}, { headers: { ":method": "OPTIONS" } }));
    const unknown = await same(appendCall({}, { path: `${pathOfMethod(append)}s` }));
    expect(unknown.headers).toMatchObject({ ":status": 200, "grpc-status": "12" });
    await same({ path: pathOfMethod(getHead), chunks: [requestFrame(getHead, { tenantId: "acme" })] });
  });

  test("to reads of a log, of a stream, and of nothing, in both directions", async () => {
    const events = Array.from({ length: 300 }, () => anEvent({ payload: new Uint8Array(100) }));
    await same(appendCall({ aggregateType: "order", aggregateId: "o1", events }));
    for (const direction of ["forwards", "backwards"] as const) {
      const all = requestFrame(readAll, readAllRequestToWire("acme", { direction }));
      const answer = await same({ path: pathOfMethod(readAll), chunks: [all] });
      expect(answer.trailers).toMatchObject(ok);
      expect(answer.body.length).toBeGreaterThan(50_000);
      const stream = { aggregateType: "order", aggregateId: "o1", direction, maxCount: 3 };
      await same({
        path: pathOfMethod(readStream),
        chunks: [requestFrame(readStream, readStreamRequestToWire("acme", stream))],
      });
    }
    const nobody = requestFrame(readAll, { tenantId: "nobody" });
    expect((await same({ path: pathOfMethod(readAll), chunks: [nobody] })).body).toBe("");
  });

  test("to reads and subscriptions that are not allowed, that are cut, and whose deadline is past", async () => {
    for (const method of [readStream, readAll, subscribe]) {
      const path = pathOfMethod(method);
      const refused = await same({ path, chunks: [requestFrame(method, {})] });
      expect(refused.trailers).toMatchObject({ "grpc-status": "3" });
      await same({ path, chunks: [requestFrame(method, { tenantId: "acme" }).subarray(0, -2)] });
      const chunks = [requestFrame(method, { tenantId: "acme" })];
      const late = await same({ path, chunks, headers: { "grpc-timeout": "0n" } });
      expect(late.trailers).toMatchObject({ "grpc-status": "4" });
    }
  });

  test("to a browser page's call", async () => {
    const answer = await same(appendCall({}, { headers: { origin: "https://example.org" } }));
    expect(answer.headers["access-control-allow-origin"]).toBe("*");
  });
});

describe("the short path and Connect's fail alike", () => {
  test("inside the store: they tell an id, and log the cause under it", async () => {
    const logged: object[] = [];
    const log = { info: () => {}, error: (fields: object) => void logged.push(fields) };
    await using both = await BothPaths.open({ log });
    for (const { backend } of both.paths) {
      const cause = new Error("select secret from payloads");
      backend.failure = new InternalError({ errorId: "e-1", cause, message: "secret" });
    }
    const [short, connect] = await both.call(appendCall());
    expect(short).toEqual(connect);
    expect(short.trailers["grpc-message"]).toContain("e-1");
    expect(JSON.stringify(short)).not.toContain("secret");
    expect(Buffer.from(String(short.trailers["grpc-status-details-bin"]), "base64").toString()).not.toContain(
      "secret",
    );
    expect(logged).toMatchObject([
      { errorId: "e-1", err: { message: "select secret from payloads" } },
      { errorId: "e-1", err: { message: "select secret from payloads" } },
    ]);
  });

  test("with an id of their own for what is no error of the store's", async () => {
    await using both = await BothPaths.open({ log: { info: () => {}, error: () => {} } });
    for (const { backend } of both.paths) backend.failure = new TypeError("secret is not a function");
    for (const answer of await both.call(appendCall())) {
      expect(answer.trailers).toMatchObject({ "grpc-status": "13" });
      expect(JSON.stringify(answer)).not.toContain("secret");
    }
  });
});
