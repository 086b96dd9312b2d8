import { InvalidArgumentError } from "@leftfold/core";
import { type BindAddr, bindAddrForms, defaultBindAddr, parseBindAddr, urlOf } from "./bind-addr.ts";
import type { ExchangeListener } from "./connect-listener.ts";
import { applyCors } from "./cors.ts";
import { Http1Side } from "./http1-server.ts";
import { Http2Side, serveStream } from "./http2-server.ts";
import { OnePort } from "./one-port.ts";
import type { ServerOptions } from "./server-options.ts";
import { createServices } from "./services.ts";
import { shortPath } from "./short-path.ts";
import { shuttingDown } from "./stopping.ts";

/** A server that serves. */
export interface Server extends AsyncDisposable {
  /** Under which this machine reaches it, such as `http://127.0.0.1:50051`. */
  readonly url: string;
  /** The port that it listens on. */
  readonly port: number;
  /**
   * Stops the server. Safe to call twice.
   *
   * 1. It accepts no connection any more, is not ready and not healthy, and refuses calls with `unavailable`.
   * 2. Appends and other unary calls in flight finish. Streams end with `unavailable`, so that their clients
   *    go on elsewhere.
   * 3. What is left after `shutdownTimeoutMs` is cut off.
   *
   * The backend is not disposed of: it belongs to whoever made it.
   */
  close(): Promise<void>;
}

/**
 * Serves a backend on one port: gRPC, gRPC-Web and Connect, over HTTP/1.1 and cleartext HTTP/2, with health,
 * reflection, `/healthz` and `/readyz`.
 *
 * @throws `invalid-argument` for a bind address that is none; Node's error (`EADDRINUSE`, …) when it cannot
 * listen there.
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  const bindAddr = readBindAddr(options.bindAddr ?? defaultBindAddr);
  const stopping = new AbortController();
  const services = createServices(options, stopping.signal);
  const { limits, bounds, report } = services;
  const corsOrigins = options.corsOrigins ?? "*";
  const listener: ExchangeListener = (request, response, body) => {
    if (!applyCors(corsOrigins, request, response)) services.listener(request, response, body);
  };
  const http1 = new Http1Side(listener);
  const http2 = new Http2Side({
    listener,
    shortPath:
      options.shortPath === false
        ? () => false
        : shortPath(services, { report, bounds, longPath: serveStream.bind(undefined, listener) }),
    // A client sees the server's own bounds, which answer, before it sees this one, which makes it wait.
    concurrentStreamsMax: 2 * (limits.appendsInFlightMax + limits.streamsMax),
  });
  const port = new OnePort({
    bindAddr,
    http1: http1.server,
    http2: http2.server,
    firstBytesTimeoutMs: limits.firstBytesTimeoutMs,
  });
  const bound = await port.listen();

  const stop = async (): Promise<void> => {
    stopping.abort(shuttingDown());
    const closed = port.close();
    http1.stop();
    http2.stop();
    const timer = setTimeout(() => port.cut(), options.shutdownTimeoutMs ?? 10_000);
    await closed;
    clearTimeout(timer);
  };
  let stopped: Promise<void> | undefined;
  const close = (): Promise<void> => (stopped ??= stop());
  return { url: urlOf(bound), port: bound.port, close, [Symbol.asyncDispose]: close };
}

function readBindAddr(given: string | BindAddr): BindAddr {
  if (typeof given !== "string") return given;
  const bindAddr = parseBindAddr(given);
  if (bindAddr !== undefined) return bindAddr;
  throw new InvalidArgumentError([{ field: "bindAddr", value: JSON.stringify(given), limit: bindAddrForms }]);
}
