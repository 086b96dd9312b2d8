import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { askOnce } from "./ask-once.ts";

test("gives up on a PostgreSQL that takes the connection and says nothing", async () => {
  await using server = await listen(() => undefined);
  await expect(askOnce(server.url, (sql) => sql`select 1`, 50)).rejects.toThrow(/timeout/i);
});

test("gives up on a PostgreSQL that welcomes it, and then says nothing", async () => {
  await using server = await listen((socket) => {
    socket.once("data", () => socket.write(welcome));
  });
  await expect(askOnce(server.url, (sql) => sql`select 1`, 50)).rejects.toMatchObject({
    name: "TimeoutError",
  });
});

// An error that nobody catches fails this file, whatever the expectation.
test("tells its caller, and nobody else, of a connection that breaks at the first question", async () => {
  await using server = await listen((socket) => {
    socket.once("data", () => {
      socket.write(welcome);
      socket.once("data", () => socket.resetAndDestroy());
    });
  });
  await expect(askOnce(server.url, (sql) => sql`select 1`)).rejects.toThrow(/ECONNRESET|CONNECTION_CLOSED/);
  expect(server.connections()).toBe(1);
});

/** AuthenticationOk and ReadyForQuery ("Message Formats" in PostgreSQL's manual). */
const welcome: Buffer = Buffer.from([0x52, 0, 0, 0, 8, 0, 0, 0, 0, 0x5a, 0, 0, 0, 5, 0x49]);

async function listen(
  serve: (socket: Socket) => void,
): Promise<{ url: string; connections: () => number } & AsyncDisposable> {
  let connections = 0;
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    connections++;
    sockets.add(socket.on("error", () => undefined));
    serve(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `postgres://postgres@127.0.0.1:${(server.address() as AddressInfo).port}/postgres`,
    connections: () => connections,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}
