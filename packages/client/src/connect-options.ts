import type { Interceptor, Transport } from "@connectrpc/connect";
import type { Limits } from "@leftfold/core";
import type { AppendOptions } from "./append/append-options.ts";
import type { Clock } from "./retry/clock.ts";
import type { RetryPolicy } from "./retry/retry-policy.ts";
import type { KeepaliveOptions } from "./transport/transport-options.ts";

/** What is sent along with every call, such as `{ authorization: "Bearer …" }`. */
export type CallHeaders = Readonly<Record<string, string>>;

export interface ConnectOptions {
  /** Where the server listens, such as `http://127.0.0.1:50051`. `https` for TLS. */
  readonly baseUrl: string;
  /** Headers of every call, or a function that is asked before every attempt, for tokens that expire. */
  readonly headers?: CallHeaders | (() => CallHeaders | Promise<CallHeaders>) | undefined;
  /** Connect interceptors, for tracing and the like; the last one is nearest to the wire. */
  readonly interceptors?: readonly Interceptor[] | undefined;
  /** What fails and is worth repeating is repeated: how often, how long, at which pace. */
  readonly retry?: Partial<RetryPolicy> | undefined;
  /** The bounds within which appends wait and travel. */
  readonly append?: Partial<AppendOptions> | undefined;
  /** How a connection that died without a word is noticed. Node only. */
  readonly keepalive?: Partial<KeepaliveOptions> | undefined;
  /**
   * A subscription that gets neither event nor heartbeat for so long connects anew. 30 seconds when absent;
   * the server sends a heartbeat every 10.
   */
  readonly idleTimeoutMs?: number | undefined;
  /**
   * The limits that the server was given, when they are not the defaults: an append is checked before it is
   * sent.
   */
  readonly limits?: Partial<Limits> | undefined;
  /** Bytes of the largest message that is taken from the server. 64 MiB when absent. Node only. */
  readonly readBytesMax?: number | undefined;
  /**
   * A transport of your own in place of gRPC over HTTP/2 (in Node) or Connect over `fetch` (in browsers).
   * `interceptors`, `keepalive` and `readBytesMax` are then for it to keep. Closing the client does not
   * close it.
   */
  readonly transport?: Transport | undefined;
  /** Time and chance, for tests that hold them still. */
  readonly clock?: Clock | undefined;
}
