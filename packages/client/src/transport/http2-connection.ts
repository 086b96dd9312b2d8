import type { ClientHttp2Session, ClientHttp2Stream, OutgoingHttpHeaders } from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { type GrpcTransportOptions, Http2SessionManager } from "@connectrpc/connect-node";
import type { KeepaliveOptions } from "./transport-options.ts";

type SessionManager = NonNullable<GrpcTransportOptions["sessionManager"]>;

// HTTP/2 starts with 64 KiB, which caps a stream at 64 KiB per round trip: 6 MiB/s at 10 ms.
const streamWindowBytes = 2 * 1024 * 1024;
const connectionWindowBytes = 8 * 1024 * 1024;
/** A session refuses new streams while it holds more than this: several appends of 16 MiB must fit. */
const sessionMemoryMegabytesMax = 256;

/**
 * The HTTP/2 connection of a client: kept alive with pings, replaced when it breaks, given up when it does
 * not come up.
 */
export class Http2Connection implements SessionManager {
  readonly authority: string;
  readonly #sessions: Http2SessionManager;
  readonly #connectTimeoutMs: number;
  #closed = false;
  readonly #widened = new WeakSet<ClientHttp2Session>();

  constructor(baseUrl: string, keepalive: KeepaliveOptions) {
    this.#sessions = new Http2SessionManager(baseUrl, keepalive, {
      settings: { initialWindowSize: streamWindowBytes },
      maxSessionMemory: sessionMemoryMegabytesMax,
    });
    this.authority = this.#sessions.authority;
    this.#connectTimeoutMs = keepalive.connectTimeoutMs;
  }

  async request(
    method: string,
    path: string,
    headers: OutgoingHttpHeaders,
    options: Parameters<SessionManager["request"]>[3],
  ): Promise<ClientHttp2Stream> {
    if (this.#closed) throw new ConnectError("the client was closed", Code.Unavailable);
    const state = this.#sessions.state();
    const connecting = state !== "open" && state !== "idle";
    const timer = connecting ? setTimeout(() => this.#giveUpConnecting(), this.#connectTimeoutMs) : undefined;
    try {
      const stream = await this.#sessions.request(method, path, headers, options);
      this.#widen(stream.session as ClientHttp2Session | undefined);
      return stream;
    } finally {
      clearTimeout(timer);
    }
  }

  notifyResponseByteRead(stream: ClientHttp2Stream): void {
    this.#sessions.notifyResponseByteRead(stream);
  }

  /** Closes the connection for good: a call that was about to begin must not open another. */
  close(): void {
    this.#closed = true;
    this.#sessions.abort();
  }

  /** The window of the whole connection can only be widened once it is there. */
  #widen(session: ClientHttp2Session | undefined): void {
    if (session === undefined || this.#widened.has(session)) return;
    this.#widened.add(session);
    session.setLocalWindowSize(connectionWindowBytes);
  }

  #giveUpConnecting(): void {
    const message = `No connection to ${this.authority} within ${this.#connectTimeoutMs} ms.`;
    if (this.#sessions.state() === "connecting") {
      this.#sessions.abort(new ConnectError(message, Code.Unavailable));
    }
  }
}
