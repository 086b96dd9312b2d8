import { once } from "node:events";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { expect, test } from "vitest";
import { answersAsPostgres, findFreePort } from "./loopback.ts";

test.each<[string, boolean, (socket: Socket) => void]>([
  ["TLS is possible", true, (socket) => socket.end("S")],
  ["TLS is not possible", true, (socket) => socket.end("N")],
  ["something else", false, (socket) => socket.end("HTTP/1.1 400 Bad Request\r\n\r\n")],
  ["nothing", false, (socket) => socket.end()],
  ["silence", false, () => {}],
])("asks whether a PostgreSQL is there: %s", async (_, answer, reply) => {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    reply(socket);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  expect(await answersAsPostgres((server.address() as AddressInfo).port)).toBe(answer);
  server.close();
});

test("finds nobody at a free port", async () => {
  expect(await answersAsPostgres(await findFreePort())).toBe(false);
});
