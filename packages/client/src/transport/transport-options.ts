import type { Interceptor, Transport } from "@connectrpc/connect";

/** What a transport is opened with, in Node and in browsers alike. */
export interface TransportOptions {
  /** Where the server listens, such as `http://127.0.0.1:50051`. */
  readonly baseUrl: string;
  /** Applied to every call, in Connect's order: the last one is nearest to the wire. */
  readonly interceptors: readonly Interceptor[];
  /**
   * Bytes of the largest message that is taken from the server. Node only: browsers take what they are
   * sent.
   */
  readonly readBytesMax: number;
  readonly keepalive: KeepaliveOptions;
}

/**
 * How a connection that died without a word is noticed. Node only: browsers look after their connections
 * themselves.
 */
export interface KeepaliveOptions {
  /** An HTTP/2 ping goes out when nothing came in for so long while calls are open. 10 seconds by default. */
  readonly pingIntervalMs: number;
  /** A ping that is not answered in this time ends the connection. 5 seconds by default. */
  readonly pingTimeoutMs: number;
  /** A connection that is not established in this time is given up. 10 seconds by default. */
  readonly connectTimeoutMs: number;
  /** A connection without calls is closed after so long. 15 minutes by default. */
  readonly idleConnectionTimeoutMs: number;
}

/** A transport and the connection beneath it. */
export interface OpenTransport {
  readonly transport: Transport;
  /** Closes the connection; calls still open on it fail. */
  close(): void;
}

const defaultKeepalive: KeepaliveOptions = Object.freeze({
  pingIntervalMs: 10_000,
  pingTimeoutMs: 5_000,
  connectTimeoutMs: 10_000,
  idleConnectionTimeoutMs: 15 * 60_000,
});

/** The defaults, with what was given in their place. */
export function keepaliveOptions(given: Partial<KeepaliveOptions> = {}): KeepaliveOptions {
  return { ...defaultKeepalive, ...given };
}
