import { createServer as createHttp1Server } from "node:http";
import { createServer as createHttp2Server } from "node:http2";
import type { AddressInfo, Server, Socket } from "node:net";
import { connectNodeAdapter } from "@connectrpc/connect-node";
import type { EventStoreBackend } from "@leftfold/core";
import { quietAdapter } from "./quiet-adapter.ts";
import { type ServiceHooks, serveBackend } from "./serve-backend.ts";

export interface TestServerOptions extends ServiceHooks {
  readonly backend: EventStoreBackend;
  /** 2 when absent. */
  readonly http?: 1 | 2;
  /** Any free one when absent. */
  readonly port?: number;
}

/** A server of the wire's service on a local port. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** Connections that are open. */
  readonly connections: ReadonlySet<Socket>;
}

export async function startTestServer(options: TestServerOptions): Promise<TestServer> {
  quietAdapter();
  const handler = connectNodeAdapter({ routes: serveBackend(options.backend, options) });
  const server: Server = options.http === 1 ? createHttp1Server(handler) : createHttp2Server(handler);
  const connections = new Set<Socket>();
  server.on("connection", (socket: Socket) => {
    connections.add(socket);
    socket.on("close", () => connections.delete(socket));
    socket.on("error", () => undefined);
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    connections,
    async [Symbol.asyncDispose]() {
      const closed = new Promise((resolve) => server.close(resolve));
      for (const socket of connections) socket.destroy();
      await closed;
    },
  };
}
