import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { socketOpener } from "./open-socket.ts";

async function listening(
  at: number | string,
): Promise<{ port: number; accepted: Socket[]; close: () => void }> {
  const accepted: Socket[] = [];
  const server = createServer((socket) => void accepted.push(socket.unref()));
  server.listen(at).unref();
  await once(server, "listening");
  const address = server.address();
  return { port: typeof address === "string" ? 0 : address!.port, accepted, close: () => server.close() };
}

it("opens a socket to one server after the other, and says to which", async () => {
  const servers = await Promise.all([listening(0), listening(0)]);
  const open = socketOpener();
  const host = ["127.0.0.1", "localhost"];
  const port = servers.map((server) => server.port);
  for (const expected of [0, 1, 0]) {
    const socket = open({ host, port, path: false });
    expect(socket).toMatchObject({ host: host[expected], port: port[expected] });
    await once(socket, "connect");
    expect(socket.remotePort).toBe(port[expected]);
    socket.destroy();
  }
  for (const { close } of servers) close();
});

it("opens a Unix socket where there is a path to one", async () => {
  const path = join(tmpdir(), `leftfold-${process.pid}-${Date.now()}.sock`);
  const server = await listening(path);
  const socket = socketOpener()({ host: ["localhost"], port: [5432], path });
  await once(socket, "connect");
  socket.destroy();
  server.close();
});
