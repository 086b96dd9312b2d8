import { connect as connectHttp2 } from "node:http2";
import { connect, type Socket } from "node:net";
import { memoryBackend } from "@leftfold/backend-memory";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

describe("the one port", () => {
  const backend = memoryBackend();
  let server: Server;
  beforeAll(async () => {
    server = await startServer({ backend, bindAddr: "127.0.0.1:0", limits: { firstBytesTimeoutMs: 300 } });
  });
  afterAll(() => server.close());

  /** A connection, and all that comes back on it until it is closed. */
  function open(): { socket: Socket; received: Promise<string> } {
    const socket = connect(server.port, "127.0.0.1");
    let text = "";
    socket.setEncoding("latin1").on("data", (chunk) => {
      text += chunk;
    });
    socket.on("error", () => {});
    return { socket, received: new Promise((resolve) => socket.once("close", () => resolve(text))) };
  }

  const request = "GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n";

  function overHttp2(): Promise<number> {
    const session = connectHttp2(server.url);
    return new Promise((resolve, reject) => {
      session.on("error", reject);
      const stream = session.request({ ":path": "/healthz" });
      stream.on("response", ({ ":status": status }) => resolve(status ?? 0));
      stream.resume().on("close", () => session.close());
    });
  }

  test("serves HTTP/1.1 and HTTP/2", async () => {
    const { socket, received } = open();
    socket.write(request);
    expect(await received).toMatch(/^HTTP\/1\.1 200 OK\r\n.*\r\n\r\nok\n$/s);
    expect(await overHttp2()).toBe(200);
  });

  test("waits for first bytes that come one by one", async () => {
    const { socket, received } = open();
    for (const letter of request) {
      socket.write(letter);
      await new Promise(setImmediate);
    }
    expect(await received).toContain("200 OK");
  });

  test("knows HTTP/2 by a preface that comes in two pieces", async () => {
    const { socket, received } = open();
    socket.write("PRI * HTT");
    await new Promise((resolve) => setTimeout(resolve, 20));
    // An empty SETTINGS frame, and a GOAWAY, upon which the server ends the connection.
    socket.write("P/2.0\r\n\r\nSM\r\n\r\n");
    socket.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
    await new Promise((resolve) => socket.once("data", resolve));
    socket.end();
    // A SETTINGS frame came back: length, type 4.
    expect((await received).charCodeAt(3)).toBe(4);
  });

  test("takes what starts like the preface and goes on otherwise for HTTP/1.1, and refuses it", async () => {
    const { socket, received } = open();
    socket.write("PRI / HTTP/1.1\r\n\r\n");
    expect(await received).toContain("400 Bad Request");
  });

  test("refuses garbage and TLS", async () => {
    for (const garbage of [
      Buffer.from([0x16, 3, 1, 2, 0, 1]),
      Buffer.alloc(1000, 0xff),
      Buffer.from("\r\nfoo bar\r\n\r\n"),
    ]) {
      const { socket, received } = open();
      socket.write(garbage);
      expect(await received).toContain("400 Bad Request");
    }
  });

  test("closes connections that do not say in time which protocol they speak", async () => {
    const silent = open();
    const half = open();
    half.socket.write("PRI * HTTP");
    expect(await Promise.all([silent.received, half.received])).toEqual(["", ""]);
  });

  test("forgets connections that are reset or ended before they say anything", async () => {
    const ended = open();
    ended.socket.end();
    const reset = open();
    reset.socket.once("connect", () => reset.socket.resetAndDestroy());
    const half = open();
    half.socket.end("PRI");
    expect(await Promise.all([ended.received, reset.received, half.received])).toEqual(["", "", ""]);
    expect(await overHttp2()).toBe(200);
  });

  test("answers several requests of one HTTP/1.1 connection, sent at once", async () => {
    const { socket, received } = open();
    socket.write("GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n".repeat(3) + request);
    expect((await received).match(/200 OK/g)).toHaveLength(4);
  });

  test("answers a call without a host, or with one that cannot be, and goes on", async () => {
    const call = "POST /leftfold.eventstore.v1.EventStoreService/GetHead HTTP/1.1\r\n";
    for (const host of ["host: [nonsense\r\n", "host: a b\r\n"]) {
      const { socket, received } = open();
      socket.write(
        `${call}${host}content-type: application/json\r\nconnection: close\r\ncontent-length: 2\r\n\r\n{}`,
      );
      expect(await received).toContain("400 Bad Request");
    }
    expect(await overHttp2()).toBe(200);
  });

  test("says that a port is taken", async () => {
    await expect(startServer({ backend, bindAddr: `127.0.0.1:${server.port}` })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  test("refuses a bind address that is none", async () => {
    await expect(startServer({ backend, bindAddr: "nowhere" })).rejects.toMatchObject({
      code: "invalid-argument",
    });
  });

  test("listens on IPv6 as well, and tells the URL of it", async () => {
    const other = await startServer({ backend, bindAddr: "[::1]:0" });
    expect(other.url).toBe(`http://[::1]:${other.port}`);
    expect(await (await fetch(`${other.url}/healthz`)).text()).toBe("ok\n");
    await other[Symbol.asyncDispose]();
  });
});
