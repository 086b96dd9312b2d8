import { constants } from "node:http2";
import { appendRequestToWire, EventStoreService } from "@leftfold/proto";
import { anAppend, anEvent, SeededRandom } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { openPath, type Path } from "./test-kit/both-paths.ts";
import { pathOfMethod, RawClient, requestFrame } from "./test-kit/raw-call.ts";

const { append } = EventStoreService.method;
const headers = {
  ":method": "POST",
  ":path": pathOfMethod(append),
  "content-type": "application/grpc",
  te: "trailers",
};
const frame = requestFrame(append, appendRequestToWire("acme", anAppend()));

describe.each([
  ["the short path", true],
  ["Connect's path", false],
])("a server on %s", (_, shortPath) => {
  const errors: object[] = [];
  let path: Path;
  beforeEach(async () => {
    errors.length = 0;
    const log = { info: () => {}, error: (fields: object) => void errors.push(fields) };
    path = await openPath({ shortPath, log, limits: { requestBytesMax: 1024 * 1024 } });
  });
  afterEach(() => path[Symbol.asyncDispose]());

  /** The server answers, on a new connection, and nothing of what came before is left in it. */
  async function expectSound(): Promise<void> {
    await using client = new RawClient(path.server.url);
    const answer = await client.call({ path: pathOfMethod(append), chunks: [frame] });
    expect(answer.trailers).toMatchObject({ "grpc-status": "0" });
    expect(errors).toEqual([]);
  }

  test("cancels an append in flight when its client resets the stream", async () => {
    path.backend.hold();
    const stream = path.client.session.request(headers);
    stream.on("error", () => {});
    stream.end(frame);
    await vi.waitUntil(() => path.backend.waiting === 1);
    stream.close(constants.NGHTTP2_CANCEL);
    await vi.waitUntil(() => path.backend.aborted === 1);
    path.backend.release();
    await expectSound();
  });

  test("cancels all appends in flight of a connection that is cut", async () => {
    path.backend.hold();
    for (let i = 0; i < 20; i++)
      path.client.session
        .request(headers)
        .on("error", () => {})
        .end(frame);
    await vi.waitUntil(() => path.backend.waiting === 20);
    path.client.session.socket.destroy();
    await vi.waitUntil(() => path.backend.aborted === 20);
    path.backend.release();
    await expectSound();
  });

  test("records an append although its client is gone before the answer", async () => {
    const store = path.backend.tenant("acme");
    const stream = path.client.session.request(headers);
    stream.on("error", () => {});
    stream.end(frame, () => setImmediate(() => path.client.session.destroy()));
    await new Promise((resolve) => stream.once("close", resolve));
    await expectSound();
    // Recorded or not, it is not half recorded.
    expect([1n, 2n]).toContain(await store.head());
  });

  test("forgets a call whose client leaves in the middle of its message", async () => {
    for (const cut of [0, 1, 4, 5, 6, frame.length - 1]) {
      const stream = path.client.session.request(headers);
      stream.on("error", () => {});
      await new Promise<void>((resolve) => stream.write(frame.subarray(0, cut), () => resolve()));
      stream.close(constants.NGHTTP2_CANCEL);
      await new Promise((resolve) => stream.once("close", resolve));
    }
    await expectSound();
    expect(await path.backend.tenant("acme").head()).toBe(1n);
  });

  test("outlives clients that leave at any moment", async () => {
    const random = new SeededRandom();
    for (let i = 0; i < 40; i++) {
      const client = new RawClient(path.server.url);
      const calls = Array.from({ length: 1 + random.below(8) }, () => {
        const payload = new Uint8Array(random.below(200_000));
        const request = appendRequestToWire("acme", anAppend({ events: [anEvent({ payload })] }));
        return client.call({ path: pathOfMethod(append), chunks: [requestFrame(append, request)] });
      });
      const leave = random.below(30);
      await Promise.race([Promise.all(calls), new Promise((resolve) => setTimeout(resolve, leave))]);
      if (random.below(2) === 0) client.session.destroy();
      else client.session.socket.destroy();
    }
    await expectSound();
  });

  test("answers a message that is too large while it is still being sent", async () => {
    const stream = path.client.session.request(headers);
    stream.on("error", () => {});
    const trailers = new Promise<Record<string, unknown>>((resolve) => stream.once("trailers", resolve));
    stream.resume();
    stream.write(new Uint8Array([0, 0x7f, 0xff, 0xff, 0xff]));
    for (let i = 0; i < 100; i++) stream.write(new Uint8Array(64 * 1024));
    expect(await trailers).toMatchObject({ "grpc-status": "3" });
    stream.close();
    await expectSound();
  });

  test("closes a connection that sends no HTTP/2 after its preface", async () => {
    const { connect } = await import("node:net");
    const socket = connect(path.server.port, "127.0.0.1");
    const closed = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => {}).resume();
    socket.write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(Buffer.alloc(5000, "garbage"));
    await closed;
    await expectSound();
  });
});
