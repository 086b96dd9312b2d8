import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { Code, ConnectError } from "@connectrpc/connect";
import { validateResponse, validateTrailer } from "@connectrpc/connect/protocol-grpc";

/** One byte of flags, four of length. */
const prefixBytes = 5;

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
    const message = `The server's answer is larger than the ${readBytesMax} bytes that are taken.`;
    this.fail(new ConnectError(message, Code.ResourceExhausted));
  }

  #end(): void {
    const error = statusError(this.#header, this.#trailer);
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (error !== undefined) this.fail(error);
    else if (body.byteLength === 0)
      this.fail(new ConnectError("the server gave no answer", Code.Unimplemented));
    else if (!isOneMessage(body)) this.fail(new ConnectError("the answer is cut", Code.DataLoss));
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

function framed(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(prefixBytes + message.byteLength);
  frame.writeUInt8(0, 0);
  frame.writeUInt32BE(message.byteLength, 1);
  frame.set(message, prefixBytes);
  return frame;
}

/** Whether the body is exactly one message, not compressed: no compression was offered. */
function isOneMessage(body: Buffer): boolean {
  return (
    body.byteLength >= prefixBytes && body[0] === 0 && body.readUInt32BE(1) === body.byteLength - prefixBytes
  );
}

/** What the server said went wrong; undefined when nothing did. */
function statusError(
  header: IncomingHttpHeaders & IncomingHttpStatusHeader,
  trailer: IncomingHttpHeaders,
): unknown {
  if (trailer["grpc-status"] === "0" && header[":status"] === 200) return undefined;
  try {
    const headers = webHeaders(header);
    const { headerError } = validateResponse(header[":status"] ?? 0, headers);
    if (headerError !== undefined) return headerError;
    validateTrailer(webHeaders(trailer), headers);
    return undefined;
  } catch (error) {
    return error;
  }
}

function webHeaders(headers: IncomingHttpHeaders): Headers {
  const web = new Headers();
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string" && !name.startsWith(":")) web.set(name, value);
  }
  return web;
}

function late(timeoutMs: number): ConnectError {
  return new ConnectError(`The server did not answer within ${timeoutMs} ms.`, Code.DeadlineExceeded);
}

function brokenBy(error: Error): ConnectError {
  return new ConnectError(error.message, Code.Unavailable, undefined, undefined, error);
}

function closedWith(code: number | undefined): ConnectError {
  return new ConnectError(`the HTTP/2 stream was closed with code ${code}`, Code.Unavailable);
}
