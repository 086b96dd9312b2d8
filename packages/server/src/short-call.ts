import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { toConnectError } from "@leftfold/proto";
import { deadlineExceeded, type ErrorReport } from "./error-report.ts";
import {
  enveloped,
  errorTrailers,
  messageBytes,
  okTrailers,
  onlyMessage,
  responseHeaders,
} from "./grpc-unary.ts";
import { envelopeBytes, type RequestBounds } from "./request-bounds.ts";
import { timerMsMax } from "./timer-bound.ts";

/** A unary method, from its request's bytes to its response's. */
export interface MessageCall {
  /** @throws when the bytes are no message. */
  decode(bytes: Uint8Array): unknown;
  run(request: unknown, signal: AbortSignal): Promise<Uint8Array>;
}

/** Serves a stream of whose request body a part was received already, or all of it. */
export type LongPath = (
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  received: readonly Uint8Array[],
) => void;

export interface ShortCallSetting {
  readonly report: ErrorReport;
  readonly bounds: RequestBounds;
  /** Takes over a call whose body is not one plain message: Connect knows what to answer. */
  readonly longPath: LongPath;
}

/** One call on the short path, from the first byte of its body to its trailers. */
export class ShortCall {
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #call: MessageCall;
  readonly #setting: ShortCallSetting;
  readonly #controller = new AbortController();
  readonly #chunks: Uint8Array[] = [];
  #received = 0;
  #timer: NodeJS.Timeout | undefined;
  #answered = false;

  constructor(
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    call: MessageCall,
    setting: ShortCallSetting,
  ) {
    this.#stream = stream;
    this.#headers = headers;
    this.#call = call;
    this.#setting = setting;
  }

  start(timeoutMs: number | undefined): void {
    const stream = this.#stream;
    // A stream that breaks says so here, and then closes. Without a listener it would end the process.
    stream.on("error", ignore);
    stream.on("data", this.#receive);
    stream.on("end", this.#end);
    stream.on("close", this.#close);
    if (timeoutMs !== undefined) {
      this.#timer = setTimeout(this.#expire, Math.min(timeoutMs, timerMsMax));
      if (timeoutMs <= 0) this.#expire();
    }
  }

  readonly #receive = (chunk: Uint8Array): void => {
    const { held, requestBytesMax } = this.#setting.bounds;
    this.#chunks.push(chunk);
    const isTooLarge =
      (this.#received === 0 && chunk.length >= envelopeBytes && messageBytes(chunk) > requestBytesMax) ||
      this.#received + chunk.length > requestBytesMax + envelopeBytes;
    if (isTooLarge || !held.fits(chunk.length)) {
      this.#handOver();
    } else {
      held.take(chunk.length);
      this.#received += chunk.length;
    }
  };

  readonly #end = (): void => {
    const stream = this.#stream;
    // The end of a stream that was reset is not the end of its message.
    if (stream.aborted || stream.destroyed) return;
    const request = this.#decode();
    if (request === undefined) this.#handOver();
    else this.#call.run(request, this.#controller.signal).then(this.#succeed, this.#fail);
  };

  /** The request; undefined when the body is not one plain message. */
  #decode(): unknown {
    const message = onlyMessage(this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks));
    if (message === undefined) return undefined;
    try {
      return this.#call.decode(message);
    } catch {
      return undefined;
    }
  }

  readonly #succeed = (response: Uint8Array): void => this.#answer(enveloped(response), okTrailers);

  readonly #fail = (error: unknown): void => {
    const known = this.#setting.report(error, this.#controller.signal);
    this.#answer(undefined, errorTrailers(toConnectError(known)));
  };

  #answer(body: Uint8Array | undefined, trailers: OutgoingHttpHeaders): void {
    this.#answered = true;
    const stream = this.#stream;
    // The client is gone: what it asked for was done, or not, and nobody is left to hear it.
    if (stream.destroyed || stream.closed) return;
    stream.respond(responseHeaders, { waitForTrailers: true });
    stream.once("wantTrailers", () => {
      if (!stream.destroyed && !stream.closed) stream.sendTrailers(trailers);
    });
    stream.end(body);
  }

  readonly #expire = (): void => this.#controller.abort(deadlineExceeded());

  readonly #close = (): void => {
    clearTimeout(this.#timer);
    this.#setting.bounds.held.giveBack(this.#received);
    this.#received = 0;
    if (!this.#answered) this.#controller.abort();
  };

  /** Leaves the stream, as it is, to Connect, which counts its bytes and its time anew. */
  #handOver(): void {
    const stream = this.#stream;
    stream.off("data", this.#receive);
    stream.off("end", this.#end);
    stream.off("close", this.#close);
    stream.pause();
    this.#answered = true;
    this.#close();
    this.#setting.longPath(stream, this.#headers, this.#chunks);
  }
}

function ignore(): void {}
