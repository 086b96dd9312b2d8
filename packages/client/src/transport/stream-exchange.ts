import { GrpcExchange } from "./grpc-exchange.ts";
import { prefixBytes } from "./grpc-frame.ts";
import { cut, tooLarge } from "./grpc-status.ts";

/** So much is taken from the stream ahead of the reader. From then on flow control holds the server back. */
const aheadBytesMax = 256 * 1024;

/** One gRPC call with many answers. */
export class StreamExchange extends GrpcExchange {
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;
  /** Of the message whose prefix was taken. */
  #messageBytes: number | undefined;
  /** What the server said went wrong, behind its last message. */
  #status: unknown;
  #failure: { readonly error: unknown } | undefined;
  #wake: () => void = () => undefined;

  /** Ends the call before its end. What was not taken is dropped. */
  override fail(error: unknown): void {
    if (!this.finish()) return;
    this.#failure = { error };
    this.#wake();
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
        if (this.hasEnded) {
          if (this.#status !== undefined) throw this.#status;
          if (this.#byteCount > 0 || this.#messageBytes !== undefined) throw cut();
          return;
        }
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    } finally {
      this.finish();
    }
  }

  override receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.byteLength;
    if (this.#byteCount >= aheadBytesMax) this.stream!.pause();
    this.#wake();
  }

  /** The next message, when all of it has come. */
  #takeMessage(): Uint8Array | undefined {
    if (this.#failure !== undefined) return undefined;
    if (this.#messageBytes === undefined) {
      if (this.#byteCount < prefixBytes) return undefined;
      const prefix = this.#take(prefixBytes);
      const length = prefix.readUInt32BE(1);
      // Nothing else was offered than to send messages as they are.
      if (prefix[0] !== 0) this.fail(cut());
      else if (length > this.readBytesMax) this.fail(tooLarge(this.readBytesMax));
      this.#messageBytes = length;
    }
    if (this.#failure !== undefined) return undefined;
    if (this.#byteCount < this.#messageBytes) {
      // It can be larger than what is taken ahead.
      this.stream!.resume();
      return undefined;
    }
    const message = this.#take(this.#messageBytes);
    this.#messageBytes = undefined;
    if (this.#byteCount < aheadBytesMax) this.stream!.resume();
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

  protected override ended(error: unknown): void {
    this.#status = error;
    this.#wake();
  }
}
