import {
  createServer,
  type Http2Server,
  Http2ServerRequest,
  Http2ServerResponse,
  type IncomingHttpHeaders,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from "node:http2";
import type { ExchangeListener } from "./connect-listener.ts";

/** What a client may send ahead of being read: on one stream, and on one connection. */
const streamWindowBytes = 1024 * 1024;
const sessionWindowBytes = 16 * 1024 * 1024;
/**
 * What Node may hold for one connection, in megabytes; the default of 10 refuses streams beside one large
 * append.
 */
const sessionMemoryMax = 256;

export interface Http2SideOptions {
  readonly listener: ExchangeListener;
  /** Takes a stream over before the listener sees it, or says that it does not. */
  readonly shortPath: (stream: ServerHttp2Stream, headers: IncomingHttpHeaders) => boolean;
  readonly concurrentStreamsMax: number;
}

/** The server's HTTP/2 side, in clear text. It does not listen: its sockets come from the one port. */
export class Http2Side {
  readonly server: Http2Server;
  readonly #sessions = new Set<ServerHttp2Session>();
  #stopped = false;

  constructor({ listener, shortPath, concurrentStreamsMax }: Http2SideOptions) {
    this.server = createServer({
      settings: { initialWindowSize: streamWindowBytes, maxConcurrentStreams: concurrentStreamsMax },
      maxSessionMemory: sessionMemoryMax,
    });
    this.server.on("session", (session) => this.#greet(session));
    this.server.on("stream", (stream, headers) => {
      if (!shortPath(stream, headers)) serveStream(listener, stream, headers);
    });
  }

  /**
   * Tells every client to go elsewhere with its next call, and closes each connection with its last stream.
   */
  stop(): void {
    this.#stopped = true;
    for (const session of this.#sessions) session.close();
  }

  #greet(session: ServerHttp2Session): void {
    this.#sessions.add(session);
    session.once("close", () => this.#sessions.delete(session));
    if (this.#stopped) session.close();
    else session.setLocalWindowSize(sessionWindowBytes);
  }
}

/** @param received what was read of the request's body already; undefined when nothing was. */
export function serveStream(
  listener: ExchangeListener,
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  received?: readonly Uint8Array[],
): void {
  // What a client accepts would only be said back to it: responses are never compressed.
  delete headers["grpc-accept-encoding"];
  const request = new Http2ServerRequest(stream, headers, {}, []);
  const response = new Http2ServerResponse(stream);
  listener(request, response, received && bodyAfter(received, stream));
}

async function* bodyAfter(
  received: readonly Uint8Array[],
  stream: ServerHttp2Stream,
): AsyncGenerator<Uint8Array, void, undefined> {
  yield* received;
  if (!stream.readableEnded) yield* stream.iterator({ destroyOnReturn: false }) as AsyncIterable<Uint8Array>;
}
