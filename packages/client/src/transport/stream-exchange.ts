import {
  type ClientHttp2Stream,
  constants,
  type IncomingHttpHeaders,
  type IncomingHttpStatusHeader,
} from "node:http2";
import { framed, prefixBytes } from "./grpc-frame.ts";
import { brokenBy, closedWith, cut, late, statusError, tooLarge } from "./grpc-status.ts";

export interface StreamExchangeInit {
  readonly request: Uint8Array;
  readonly readBytesMax: number;
  readonly timeoutMs: number | undefined;
  readonly signal: AbortSignal | undefined;
}

/** So much is taken from the stream ahead of the reader. From then on flow control holds the server back. */
const aheadBytesMax = 256 * 1024;

/** One gRPC call with many answers. */
export class StreamExchange {
  readonly #init: StreamExchangeInit;
  readonly #timer: ReturnType<typeof setTimeout> | undefined;
  #stream: ClientHttp2Stream | undefined;
  #header: IncomingHttpHeaders & IncomingHttpStatusHeader = {};
  #trailer: IncomingHttpHeaders = {};
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;
  /** Of the message whose prefix was taken. */
  #messageBytes: number | undefined;
  #hasEnded = false;
  /** What the server said went wrong, behind its last message. */
  #status: unknown;
  #isOver = false;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  constructor(init: StreamExchangeInit) {
    this.#init = init;
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
    stream.on("data", (chunk: Buffer) => this.#receive(chunk));
    stream.on("end", () => this.#end());
    stream.on("close", () => this.#hasEnded || this.fail(closedWith(stream.rstCode)));
    stream.end(framed(this.#init.request));
  }

  /** Ends the call before its end. What was not taken is dropped. */
  fail(error: unknown): void {
    if (this.#isOver) return;
    this.#failure = { error };
    this.#finish();
  }

  /**
   * The messages, as views of what was received. Leaving the loop cancels the call.
   *
   * @throws what the call failed with, once the messages before are taken.
   */
  async *messages(): AsyncGenerator<Uint8Array, void, undefined> {
    try {
      for (;;) {
        for (let message = this.#takeMessage(); message !== undefined; message = this.#takeMessage())
          yield message;
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#hasEnded) {
          if (this.#status !== undefined) throw this.#status;
          if (this.#byteCount > 0 || this.#messageBytes !== undefined) throw cut();
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.#finish();
    }
  }

  readonly #abort = (): void => this.fail(this.#init.signal?.reason);

  #receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.byteLength;
    if (this.#byteCount >= aheadBytesMax) this.#stream!.pause();
    this.#wake();
  }

  /** The next message, when all of it has come. */
  #takeMessage(): Uint8Array | undefined {
    if (this.#failure !== undefined) return undefined;
    if (this.#messageBytes === undefined) {
      if (this.#byteCount < prefixBytes) return undefined;
      const prefix = this.#take(prefixBytes);
      const length = prefix.readUInt32BE(1);
      const { readBytesMax } = this.#init;
      // Nothing else was offered than to send messages as they are.
      if (prefix[0] !== 0) this.fail(cut());
      else if (length > readBytesMax) this.fail(tooLarge(readBytesMax));
      this.#messageBytes = length;
    }
    if (this.#failure !== undefined) return undefined;
    if (this.#byteCount < this.#messageBytes) {
      // It can be larger than what is taken ahead.
      this.#stream!.resume();
      return undefined;
    }
    const message = this.#take(this.#messageBytes);
    this.#messageBytes = undefined;
    if (this.#byteCount < aheadBytesMax) this.#stream!.resume();
    return message;
  }

  /** Takes bytes that are there: as a view when they lie in one chunk, copied together otherwise. */
  #take(count: number): Buffer {
    this.#byteCount -= count;
    const [first] = this.#chunks;
    if (first === undefined || first.byteLength < count) return this.#gather(count);
    if (first.byteLength === count) this.#chunks.shift();
    else this.#chunks[0] = first.subarray(count);
    return first.subarray(0, count);
  }

  #gather(count: number): Buffer {
    const gathered = Buffer.allocUnsafeSlow(count);
    for (let end = 0; end < count; ) {
      const chunk = this.#chunks[0]!;
      const copied = chunk.copy(gathered, end);
      end += copied;
      if (copied === chunk.byteLength) this.#chunks.shift();
      else this.#chunks[0] = chunk.subarray(copied);
    }
    return gathered;
  }

  #end(): void {
    this.#status = statusError(this.#header, this.#trailer);
    this.#hasEnded = true;
    this.#wake();
  }

  #finish(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#init.signal?.removeEventListener("abort", this.#abort);
    if (!this.#hasEnded) this.#stream?.close(constants.NGHTTP2_CANCEL);
    this.#wake();
  }
}
