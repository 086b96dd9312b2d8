import { createServer, type Server } from "node:http";
import type { ExchangeListener } from "./connect-listener.ts";

/** Longer than load balancers keep an idle connection, so that it is they who close it. */
const idleMs = 75_000;

/** The server's HTTP/1.1 side. It does not listen: its sockets come from the one port. */
export class Http1Side {
  readonly server: Server;
  #stopped = false;

  constructor(listener: ExchangeListener) {
    this.server = createServer({ keepAliveTimeout: idleMs }, (request, response) => {
      response.once("close", () => {
        // A connection that becomes idle now would otherwise stay until its client goes. Node notes the
        // idleness later.
        if (this.#stopped) setImmediate(() => this.server.closeIdleConnections());
      });
      listener(request, response);
    });
    // Node ties the watch over idle connections and slow requests to listening.
    this.server.emit("listening");
  }

  /** Lets the requests in hand finish, and closes every connection when it has none. */
  stop(): void {
    this.#stopped = true;
    // Ends the watch. As the server does not listen there is nothing else to it, and nothing to wait for.
    this.server.close(() => {});
    this.server.closeIdleConnections();
  }
}
