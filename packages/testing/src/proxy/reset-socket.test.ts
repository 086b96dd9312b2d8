import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import { resetSocket } from "./reset-socket.ts";

const server = createServer({ allowHalfOpen: true });
let near: Socket;
let far: Socket;
beforeEach(async () => {
  if (!server.listening) await once(server.listen(0, "127.0.0.1"), "listening");
  const accepted = once(server, "connection");
  far = connect((server.address() as AddressInfo).port, "127.0.0.1");
  [near] = (await accepted) as [Socket];
  for (const socket of [near, far]) socket.on("error", () => undefined).resume();
});
afterEach(() => {
  far.destroy();
  server.close();
});

const sockets = () => process.getActiveResourcesInfo().filter((name) => name === "TCPSocketWrap").length;

it("resets a connection", async () => {
  const failed = once(far, "error");
  resetSocket(near);
  expect(await failed).toMatchObject([{ code: "ECONNRESET" }]);
});

it.each([
  ["is about to be ended", () => near.end()],
  ["was ended", () => once(near.end(), "finish")],
])("leaves no socket behind of a connection that %s", async (_, before) => {
  const there = sockets();
  await before();
  const closed = Promise.all([once(near, "close"), once(far, "close")]);
  resetSocket(near);
  far.end();
  await closed;
  expect(sockets()).toBe(there - 2);
});
