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
    // Without a listener, an error of a stream that nobody waits for would end the process.
    stream.on("error", (error) => this.fail(brokenBy(error)));
    if (this.#isOver) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    stream.on("response", (header) => {
      this.#header = header;
    });
    stream.on("trailers", (trailer) => {
      this.#trailer = trailer;
    });
    stream.on("data", (chunk: Buffer) => this.receive(chunk));
    stream.on("end", () => {
      this.hasEnded = true;
      this.ended(statusError(this.#header, this.#trailer));
    });
    stream.on("close", () => this.hasEnded || this.fail(closedWith(stream.rstCode)));
    stream.end(this.#init.request);
  }

  /** Ends the call before its end. */
  abstract fail(error: unknown): void;

  protected abstract receive(chunk: Buffer): void;

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
