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
/** What Node's timers hold. A longer wait fires at once, and Connect's session manager takes it for none. */
const timerMsMax = 2 ** 31 - 1;

/**
 * The HTTP/2 connection of a client: kept alive with pings, replaced when it breaks, given up when it does
 * not come up.
 */
export class Http2Connection implements SessionManager {
  readonly authority: string;
  readonly #sessions: Http2SessionManager;
  readonly #connectTimeoutMs: number;
  readonly #idleTimeoutMs: number;
  #closed = false;
  #openStreams = 0;
  #idleTimer: NodeJS.Timeout | undefined;
  readonly #widened = new WeakSet<ClientHttp2Session>();

  constructor(baseUrl: string, keepalive: KeepaliveOptions) {
    // The manager (connect-node 2.2) starts its timer for idle connections once more when the streams of a connection end that is gone
    // already: it would hold on to every connection that broke or was closed for 15 minutes.
    const managed = { ...keepalive, idleConnectionTimeoutMs: timerMsMax + 1 };
    this.#sessions = new Http2SessionManager(baseUrl, managed, {
      settings: { initialWindowSize: streamWindowBytes },
      maxSessionMemory: sessionMemoryMegabytesMax,
    });
    this.authority = this.#sessions.authority;
    this.#connectTimeoutMs = keepalive.connectTimeoutMs;
    this.#idleTimeoutMs = Math.min(keepalive.idleConnectionTimeoutMs, timerMsMax);
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
      const session = stream.session as ClientHttp2Session | undefined;
      this.#widen(session);
      this.#closeWhenIdle(stream, session);
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
    clearTimeout(this.#idleTimer);
    this.#sessions.abort();
  }

  /** The window of the whole connection can only be widened once it is there. */
  #widen(session: ClientHttp2Session | undefined): void {
    if (session === undefined || this.#widened.has(session)) return;
    this.#widened.add(session);
    session.setLocalWindowSize(connectionWindowBytes);
  }

  #closeWhenIdle(stream: ClientHttp2Stream, session: ClientHttp2Session | undefined): void {
    clearTimeout(this.#idleTimer);
    this.#openStreams++;
    stream.once("close", () => {
      this.#openStreams--;
      if (this.#openStreams > 0 || this.#closed || session === undefined || session.destroyed) return;
      this.#idleTimer = setTimeout(() => session.close(), this.#idleTimeoutMs).unref();
    });
  }

  #giveUpConnecting(): void {
    const message = `No connection to ${this.authority} within ${this.#connectTimeoutMs} ms.`;
    if (this.#sessions.state() === "connecting") {
      this.#sessions.abort(new ConnectError(message, Code.Unavailable));
    }
  }
}
