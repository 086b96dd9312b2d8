import type { IncomingHttpHeaders, OutgoingHttpHeaders, ServerHttp2Stream } from "node:http2";
import { toConnectError } from "@leftfold/proto";
import { deadlineExceeded, type ErrorReport } from "./error-report.ts";
import { errorTrailers, messageBytes, okTrailers, onlyMessage, responseHeaders } from "./grpc-plain.ts";
import { envelopeBytes, type RequestBounds } from "./request-bounds.ts";
import { timerMsMax } from "./timer-bound.ts";

/** A method, from its request's bytes to its responses in their envelopes. */
export interface MessageCall {
  /** @throws when the bytes are no message. */
  prepare(bytes: Uint8Array): (answer: Answer) => Promise<Uint8Array | undefined>;
}

/** What a method answers with. The last, or only, response is what it returns. */
export interface Answer {
  /** Aborted when nobody waits for the answer any more. */
  readonly signal: AbortSignal;
  /** Sends the headers, before any response. */
  begin(): void;
  /** Sends a response, given in parts. Resolves when there is room for the next one. */
  send(parts: readonly Uint8Array[]): Promise<void>;
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

/** A stream knows its call: listeners that are the same for all streams cost less than some for each. */
const callOf = Symbol("call");

interface CalledStream extends ServerHttp2Stream {
  [callOf]: ShortCall | undefined;
}

/** One call on the short path, from the first byte of its body to its trailers. */
export class ShortCall implements Answer {
  readonly #stream: ServerHttp2Stream;
  readonly #headers: IncomingHttpHeaders;
  readonly #call: MessageCall;
  readonly #setting: ShortCallSetting;
  readonly #controller = new AbortController();
  readonly #chunks: Uint8Array[] = [];
  #received = 0;
  #timer: NodeJS.Timeout | undefined;
  #trailers: OutgoingHttpHeaders | undefined;
  #isOver = false;
  #resume: (() => void) | undefined;

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
    const stream = this.#stream as CalledStream;
    stream[callOf] = this;
    // A stream that breaks says so here, and then closes. Without a listener it would end the process.
    stream.on("error", ignore);
    stream.on("data", onData);
    stream.on("end", onEnd);
    stream.on("close", onClose);
    stream.on("drain", onDrain);
    stream.on("wantTrailers", onWantTrailers);
    if (timeoutMs === undefined) return;
    const expire = (): void => this.#controller.abort(deadlineExceeded());
    this.#timer = setTimeout(expire, Math.min(timeoutMs, timerMsMax));
    if (timeoutMs <= 0) expire();
  }

  receive(chunk: Uint8Array): void {
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
  }

  end(): void {
    // The end of a stream that was reset is not the end of its message.
    if (this.#stream.aborted || this.#stream.destroyed) return;
    const run = this.#prepare();
    if (run === undefined) this.#handOver();
    else this.#answerWith(run(this));
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  begin(): void {
    const stream = this.#stream;
    if (!isGone(stream)) stream.respond(responseHeaders, { waitForTrailers: true });
  }

  async send(parts: readonly Uint8Array[]): Promise<void> {
    const stream = this.#stream;
    // Whoever sends hears of it by the signal.
    if (isGone(stream)) return;
    stream.cork();
    for (const part of parts) stream.write(part);
    stream.uncork();
    if (!stream.writableNeedDrain) return;
    await new Promise<void>((resolve) => {
      this.#resume = resolve;
    });
  }

  resume(): void {
    this.#resume?.();
  }

  sendTrailers(): void {
    if (isGone(this.#stream)) return;
    this.#stream.sendTrailers(this.#trailers!);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#setting.bounds.held.giveBack(this.#received);
    this.#received = 0;
    if (!this.#isOver) this.#controller.abort();
    this.resume();
  }

  /** What the body asks for; undefined when it is not one plain message. */
  #prepare(): ReturnType<MessageCall["prepare"]> | undefined {
    const message = onlyMessage(this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks));
    if (message === undefined) return undefined;
    try {
      return this.#call.prepare(message);
    } catch {
      return undefined;
    }
  }

  async #answerWith(response: Promise<Uint8Array | undefined>): Promise<void> {
    let body: Uint8Array | undefined;
    let trailers = okTrailers;
    try {
      body = await response;
    } catch (error) {
      const known = this.#setting.report(error, this.#controller.signal);
      trailers = errorTrailers(toConnectError(known));
    }
    this.#isOver = true;
    // The client is gone: what it asked for was done, or not, and nobody is left to hear it.
    if (isGone(this.#stream)) return;
    this.#trailers = trailers;
    if (!this.#stream.headersSent) this.begin();
    this.#stream.end(body);
  }

  /** Leaves the stream, as it is, to Connect, which counts its bytes and its time anew. */
  #handOver(): void {
    const stream = this.#stream;
    stream.off("data", onData);
    stream.off("end", onEnd);
    stream.off("close", onClose);
    stream.off("drain", onDrain);
    stream.off("wantTrailers", onWantTrailers);
    stream.pause();
    this.#isOver = true;
    this.close();
    this.#setting.longPath(stream, this.#headers, this.#chunks);
  }
}

function isGone(stream: ServerHttp2Stream): boolean {
  return stream.destroyed || stream.closed;
}

function onData(this: CalledStream, chunk: Uint8Array): void {
  this[callOf]?.receive(chunk);
}

function onEnd(this: CalledStream): void {
  this[callOf]?.end();
}

function onClose(this: CalledStream): void {
  const call = this[callOf];
  this[callOf] = undefined;
  call?.close();
}

function onDrain(this: CalledStream): void {
  this[callOf]?.resume();
}

function onWantTrailers(this: CalledStream): void {
  this[callOf]?.sendTrailers();
}

function ignore(): void {}
