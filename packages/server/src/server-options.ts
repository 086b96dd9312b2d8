import type { EventStoreBackend } from "@leftfold/core";
import type { BindAddr } from "./bind-addr.ts";
import type { CorsOrigins } from "./cors.ts";
import type { ServerLog } from "./error-report.ts";
import type { ReadinessProbe } from "./readiness.ts";

/** The server's bounds. Beyond one of the first three, calls get `resource-exhausted` with a retry delay. */
export interface ServerLimits {
  /** Appends that were received and not answered yet, those of batches counted one by one; 10,000. */
  readonly appendsInFlightMax: number;
  /** Bytes of requests that are being received or were not answered yet, all together; 256 MiB. */
  readonly requestBytesHeldMax: number;
  /** Reads, subscriptions and other streams at a time; 10,000. */
  readonly streamsMax: number;
  /** Bytes of one request; beyond it is `invalid-argument`; 32 MiB. */
  readonly requestBytesMax: number;
  /** How long a client should wait before it tries again what was beyond a bound; 100 ms. */
  readonly retryDelayMs: number;
  /** How long a connection may take to show whether it speaks HTTP/1.1 or HTTP/2; 10 s. */
  readonly firstBytesTimeoutMs: number;
}

export const defaultServerLimits: ServerLimits = Object.freeze({
  appendsInFlightMax: 10_000,
  requestBytesHeldMax: 256 * 1024 * 1024,
  streamsMax: 10_000,
  requestBytesMax: 32 * 1024 * 1024,
  retryDelayMs: 100,
  firstBytesTimeoutMs: 10_000,
});

export interface ServerOptions {
  /** What is served. It stays the caller's: the server does not dispose of it. */
  readonly backend: EventStoreBackend;
  /** `host:port` or `[v6]:port`; `0.0.0.0:50051` when absent. Port 0 takes any that is free. */
  readonly bindAddr?: string | BindAddr | undefined;
  /** Bounds that differ from the default ones. */
  readonly limits?: Partial<ServerLimits> | undefined;
  /** Which web pages may call from a browser: all when absent, none for an empty list. */
  readonly corsOrigins?: CorsOrigins | undefined;
  /** How long `close` waits for calls in flight before it cuts them off; 10,000 when absent. */
  readonly shutdownTimeoutMs?: number | undefined;
  /** Asks the backend for a sign of life; when absent, for the head of a log of the name `readyz`. */
  readonly readinessProbe?: ReadinessProbe | undefined;
  /** A probe that takes longer has failed; 2,000 when absent. */
  readonly readinessTimeoutMs?: number | undefined;
  /** An answer to a probe counts for so long, so that many who ask cost one probe; 1,000 when absent. */
  readonly readinessValidMs?: number | undefined;
  /** How often a server whose health is watched probes its backend; 5,000 when absent. */
  readonly healthWatchMs?: number | undefined;
  /**
   * Whether plain unary gRPC appends go past Connect, with the same results at a fraction of the cost; they
   * do when absent.
   */
  readonly shortPath?: boolean | undefined;
  /**
   * Where internal errors go, under the id that clients are told: a `pino` logger, say. When absent, to the
   * standard error stream as JSON.
   */
  readonly log?: ServerLog | undefined;
}
