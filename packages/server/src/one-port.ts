import type { Server as Http1Server } from "node:http";
import type { Http2Server } from "node:http2";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import type { BindAddr } from "./bind-addr.ts";

const preface = Buffer.from("PRI * HTTP/2.0\r\n");
const badRequest = "HTTP/1.1 400 Bad Request\r\nconnection: close\r\n\r\n";
const keepAliveAfterMs = 60_000;

export interface OnePortOptions {
  readonly bindAddr: BindAddr;
  readonly http1: Http1Server;
  readonly http2: Http2Server;
  /** How long a connection may take to show which protocol it speaks, before it is closed. */
  readonly firstBytesTimeoutMs: number;
}

/**
 * One TCP port for HTTP/1.1 and cleartext HTTP/2.
 *
 * A cleartext HTTP/2 client with prior knowledge, as every gRPC client is, starts with a fixed text; whatever
 * starts otherwise is HTTP/1.1, or garbage, which the HTTP/1.1 server refuses. The bytes that were looked at
 * are put back, and the socket goes to the server of its protocol, which sees it as if it had accepted it
 * itself.
 */
export class OnePort {
  readonly #server: Server;
  readonly #options: OnePortOptions;
  readonly #sockets = new Set<Socket>();
  readonly #undecided = new Set<Socket>();

  constructor(options: OnePortOptions) {
    this.#options = options;
    this.#server = createServer(
      { noDelay: true, keepAlive: true, keepAliveInitialDelay: keepAliveAfterMs },
      (socket) => this.#accept(socket),
    );
  }

  /** Starts to listen. @throws Node's own error when the port is taken or the host is not this machine's. */
  listen(): Promise<BindAddr> {
    const { host, port } = this.#options.bindAddr;
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen({ host, port, backlog: 1024 }, () => {
        this.#server.off("error", reject);
        // Accepting can fail for a moment, when the process is out of file descriptors; that must not end the
        // process.
        this.#server.on("error", () => {});
        resolve({ host, port: (this.#server.address() as AddressInfo).port });
      });
    });
  }

  /**
   * Stops accepting, and drops connections that have not said anything yet. Resolves when every socket is
   * closed.
   */
  close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    for (const socket of this.#undecided) socket.destroy();
    return closed;
  }

  /** Cuts every connection that is left. */
  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
  }

  #accept(socket: Socket): void {
    this.#sockets.add(socket);
    this.#undecided.add(socket);
    const timer = setTimeout(() => socket.destroy(), this.#options.firstBytesTimeoutMs);
    const decided = (): void => {
      clearTimeout(timer);
      this.#undecided.delete(socket);
    };
    socket.once("close", () => {
      decided();
      this.#sockets.delete(socket);
    });
    // A reset before the first bytes is nobody's business. The listener stays: a socket without one ends the
    // process.
    socket.on("error", () => {});
    let head: Buffer = Buffer.alloc(0);
    const look = (): void => {
      const bytes: Buffer | null = socket.read();
      if (bytes === null) return;
      head = head.length === 0 ? bytes : Buffer.concat([head, bytes]);
      const length = Math.min(head.length, preface.length);
      const alike = preface.compare(head, 0, length, 0, length) === 0;
      if (alike && length < preface.length) return;
      socket.off("readable", look);
      decided();
      // A method that exists for the preface alone, which makes Node's HTTP/1.1 parser wait for what never
      // comes.
      if (!alike && head.toString("latin1", 0, 4) === "PRI ") {
        socket.end(badRequest, () => socket.destroy());
        return;
      }
      socket.unshift(head);
      (alike ? this.#options.http2 : this.#options.http1).emit("connection", socket);
    };
    socket.on("readable", look);
    // Without this a peer that hangs up before it has said anything would stay half open.
    socket.once("end", () => this.#undecided.has(socket) && socket.destroy());
  }
}
