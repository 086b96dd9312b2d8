import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { brokenBy, closedWith, late, statusError } from "./grpc-status.ts";

export interface GrpcExchangeInit {
  /** The request in its envelope. */
  readonly request: Buffer;
  readonly readBytesMax: number;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/**
 * A stream knows its exchange until it closes. Node 24 binds each request to an asynchronous resource, and what it makes for that keeps
 * the stream alive, closed as it is, until a full collection: what a stream refers to would live as long.
 */
const exchangeOf = Symbol("exchange");

interface ExchangedStream extends ClientHttp2Stream {
  [exchangeOf]: GrpcExchange | undefined;
}

/** One gRPC call on its stream, from the request to the end. What is done with the answer is another's. */
export abstract class GrpcExchange {
  protected readonly readBytesMax: number;
  protected stream: ClientHttp2Stream | undefined;
  protected hasEnded = false;
  readonly #init: GrpcExchangeInit;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #header: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  #trailer: IncomingHttpHeaders = {};
  #isOver = false;

  constructor(init: GrpcExchangeInit) {
    this.#init = init;
    this.readBytesMax = init.readBytesMax;
    const { signal, timeoutMs } = init;
    signal?.addEventListener("abort", this.#abort);
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => this.fail(late(timeoutMs)), timeoutMs);
  }

  /** Sends the request, once there is a stream to send it on. */
  start(stream: ClientHttp2Stream): void {
    this.stream = stream;
    (stream as ExchangedStream)[exchangeOf] = this;
    // Without a listener, an error of a stream that nobody waits for would end the process.
    stream.on("error", onError);
    stream.on("close", onClose);
    if (this.#isOver) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    stream.on("response", onResponse);
    stream.on("trailers", onTrailers);
    stream.on("data", onData);
    stream.on("end", onEnd);
    stream.end(this.#init.request);
  }

  responded(header: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
    this.#header = header;
  }

  trailed(trailer: IncomingHttpHeaders): void {
    this.#trailer = trailer;
  }

  end(): void {
    this.hasEnded = true;
    this.ended(statusError(this.#header, this.#trailer));
  }

  closed(rstCode: number | undefined): void {
    if (!this.hasEnded) this.fail(closedWith(rstCode));
  }

  /** Ends the call before its end. */
  abstract fail(error: unknown): void;

  abstract receive(chunk: Buffer): void;

  /** The server has said its last. The error is what it said went wrong; undefined when nothing did. */
  protected abstract ended(error: unknown): void;

  /** Lets go of everything that waits for the call. Tells whether this was the first time. */
  protected finish(): boolean {
    if (this.#isOver) return false;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#init.signal?.removeEventListener("abort", this.#abort);
    if (!this.hasEnded) this.stream?.close(constants.NGHTTP2_CANCEL);
    return true;
  }

  readonly #abort = (): void => this.fail(this.#init.signal?.reason);
}

function onError(this: ExchangedStream, error: Error): void {
  this[exchangeOf]?.fail(brokenBy(error));
}

function onResponse(this: ExchangedStream, header: IncomingHttpHeaders & IncomingHttpStatusHeader): void {
  this[exchangeOf]?.responded(header);
}

function onTrailers(this: ExchangedStream, trailer: IncomingHttpHeaders): void {
  this[exchangeOf]?.trailed(trailer);
}

function onData(this: ExchangedStream, chunk: Buffer): void {
  this[exchangeOf]?.receive(chunk);
}

function onEnd(this: ExchangedStream): void {
  this[exchangeOf]?.end();
}

function onClose(this: ExchangedStream): void {
  const exchange = this[exchangeOf];
  this[exchangeOf] = undefined;
  exchange?.closed(this.rstCode);
}
