import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { framed, prefixBytes } from "./grpc-frame.ts";
import { brokenBy, closedWith, cut, late, statusError, tooLarge } from "./grpc-status.ts";

export interface UnaryExchangeInit {
  readonly request: Uint8Array;
  readonly readBytesMax: number;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** One gRPC call with one answer, from its request to its end. Its promise gives the answer's bytes. */
export class UnaryExchange {
  readonly response: Promise<Uint8Array>;
  readonly #init: UnaryExchangeInit;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #resolve!: (response: Uint8Array) => void;
  #reject!: (error: unknown) => void;
  #stream: ClientHttp2Stream | undefined;
  #settled = false;
  #header: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  #trailer: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;

  constructor(init: UnaryExchangeInit) {
    this.#init = init;
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    const { signal, timeoutMs } = init;
    signal?.addEventListener("abort", this.#abort);
    if (timeoutMs === undefined) return;
    this.#timer = setTimeout(() => this.fail(late(timeoutMs)), timeoutMs);
  }

  /** Sends the request, once there is a stream to send it on. */
  start(stream: ClientHttp2Stream): void {
    this.#stream = stream;
    // Without a listener, an error of a stream that nobody waits for would end the process.
    stream.on("error", (error) => this.fail(brokenBy(error)));
    if (this.#settled) {
      stream.close(constants.NGHTTP2_CANCEL);
      return;
    }
    stream.on("response", (header) => {
      this.#header = header;
    });
    stream.on("trailers", (trailer) => {
      this.#trailer = trailer;
    });
    stream.on("data", (chunk: Buffer) => this.#take(chunk));
    stream.on("end", () => this.#end());
    stream.on("close", () => this.#settled || this.fail(closedWith(stream.rstCode)));
    stream.end(framed(this.#init.request));
  }

  /** Ends the call before its answer. */
  fail(error: unknown): void {
    if (!this.#settle()) return;
    this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#reject(error);
  }

  readonly #abort = (): void => this.fail(this.#init.signal?.reason);

  #take(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.byteLength;
    const { readBytesMax } = this.#init;
    if (this.#byteCount - prefixBytes <= readBytesMax) return;
    this.fail(tooLarge(readBytesMax));
  }

  #end(): void {
    const error = statusError(this.#header, this.#trailer);
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (error !== undefined) this.fail(error);
    else if (body.byteLength === 0)
      this.fail(new ConnectError("the server gave no answer", Code.Unimplemented));
    else if (!isOneMessage(body)) this.fail(cut());
    else if (this.#settle()) this.#resolve(body.subarray(prefixBytes));
  }

  #settle(): boolean {
    if (this.#settled) return false;
    this.#settled = true;
    clearTimeout(this.#timer);
    this.#init.signal?.removeEventListener("abort", this.#abort);
    return true;
  }
}

/** Whether the body is exactly one message, not compressed: no compression was offered. */
function isOneMessage(body: Buffer): boolean {
  return (
    body.byteLength >= prefixBytes && body[0] === 0 && body.readUInt32BE(1) === body.byteLength - prefixBytes
  );
}
