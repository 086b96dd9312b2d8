import { Code, ConnectError } from "@connectrpc/connect";
import { GrpcExchange, type GrpcExchangeInit } from "./grpc-exchange.ts";
import { prefixBytes } from "./grpc-frame.ts";
import { cut, tooLarge } from "./grpc-status.ts";

/** One gRPC call with one answer. Its promise gives the answer's bytes. */
export class UnaryExchange extends GrpcExchange {
  readonly response: Promise<Uint8Array>;
  #resolve!: (response: Uint8Array) => void;
  #reject!: (error: unknown) => void;
  readonly #chunks: Buffer[] = [];
  #byteCount = 0;

  constructor(init: GrpcExchangeInit) {
    super(init);
    this.response = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  override fail(error: unknown): void {
    if (this.finish()) this.#reject(error);
  }

  override receive(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#byteCount += chunk.byteLength;
    if (this.#byteCount - prefixBytes > this.readBytesMax) this.fail(tooLarge(this.readBytesMax));
  }

  protected override ended(error: unknown): void {
    const body = this.#chunks.length === 1 ? this.#chunks[0]! : Buffer.concat(this.#chunks);
    if (error !== undefined) this.fail(error);
    else if (body.byteLength === 0)
      this.fail(new ConnectError("the server gave no answer", Code.Unimplemented));
    else if (!isOneMessage(body)) this.fail(cut());
    else if (this.finish()) this.#resolve(body.subarray(prefixBytes));
  }
}

/** Whether the body is exactly one message, not compressed: no compression was offered. */
function isOneMessage(body: Buffer): boolean {
  return (
    body.byteLength >= prefixBytes && body[0] === 0 && body.readUInt32BE(1) === body.byteLength - prefixBytes
  );
}
