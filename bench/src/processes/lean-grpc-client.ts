import { connect, type Socket } from "node:net";
import {
  ack,
  endHeaders,
  endStream,
  frame,
  frameHeadBytes,
  frameType,
  grpcHeaderBlock,
  opening,
} from "./http2-frames.ts";

const sendWindowAtFirst = 65_535;
const grpcHeadBytes = 5;
// A frame that carries more than 16,384 bytes is refused by servers that have not said otherwise.
const messageBytesMax = 16_000;

interface Call {
  answered: boolean;
  readonly resolve: () => void;
  readonly reject: (reason: Error) => void;
}

/**
 * Calls one unary gRPC method over one HTTP/2 connection, at a few microseconds a call. `node:http2` costs as
 * much as the server that it asks, which on a small machine would measure the one who asks. It does not
 * compress, decodes no headers, and takes an answer with a message for success and one without for failure,
 * as gRPC has it.
 */
export class LeanGrpcClient implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #headerBlock: Buffer;
  readonly #calls = new Map<number, Call>();
  #nextStream = 1;
  #sendWindow = sendWindowAtFirst;
  /** Frames for which the server has not made room yet. */
  #held: Buffer[] = [];
  #received: Buffer = Buffer.alloc(0);
  #corked = false;
  #ended: Error | undefined;

  private constructor(socket: Socket, headerBlock: Buffer) {
    this.#socket = socket;
    this.#headerBlock = headerBlock;
    socket.setNoDelay(true);
    socket.on("data", (bytes) => this.#read(bytes));
    socket.on("error", (error) => this.#end(error));
    socket.on("close", () => this.#end(new Error("The server closed the connection.")));
    socket.write(opening());
  }

  /** @throws Node's error when nobody listens there. */
  static async open(url: string, path: string): Promise<LeanGrpcClient> {
    const { hostname, port, host } = new URL(url);
    const socket = connect({ host: hostname, port: Number(port) });
    await new Promise<void>((resolve, reject) => {
      socket.once("connect", resolve);
      socket.once("error", reject);
    });
    return new LeanGrpcClient(socket, grpcHeaderBlock(host, path));
  }

  /**
   * @param message of at most 16,000 bytes, so that it fits into one frame.
   * @throws Error when the call fails, or the connection breaks.
   */
  call(message: Uint8Array): Promise<void> {
    return new Promise((resolve, reject) => {
      if (this.#ended !== undefined) return reject(this.#ended);
      if (message.length > messageBytesMax)
        return reject(new RangeError(`A message of ${message.length} bytes is too long.`));
      const stream = this.#nextStream;
      this.#nextStream += 2;
      this.#calls.set(stream, { answered: false, resolve, reject });
      const body = Buffer.alloc(grpcHeadBytes + message.length);
      body.writeUInt32BE(message.length, 1);
      body.set(message, grpcHeadBytes);
      this.#write(frame(frameType.headers, endHeaders, stream, this.#headerBlock));
      this.#held.push(frame(frameType.data, endStream, stream, body));
      this.#sendHeld();
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const closed = new Promise((resolve) => this.#socket.once("close", resolve));
    if (this.#socket.closed) return;
    this.#socket.destroy();
    await closed;
  }

  #sendHeld(): void {
    let sent = 0;
    for (const data of this.#held) {
      const payloadBytes = data.length - frameHeadBytes;
      if (payloadBytes > this.#sendWindow) break;
      this.#sendWindow -= payloadBytes;
      this.#write(data);
      sent++;
    }
    this.#held.splice(0, sent);
  }

  /** What is written in one turn of the event loop goes out together. */
  #write(bytes: Buffer): void {
    if (!this.#corked) {
      this.#corked = true;
      this.#socket.cork();
      process.nextTick(() => {
        this.#corked = false;
        this.#socket.uncork();
      });
    }
    this.#socket.write(bytes);
  }

  #read(bytes: Buffer): void {
    const all = this.#received.length === 0 ? bytes : Buffer.concat([this.#received, bytes]);
    let at = 0;
    while (all.length - at >= frameHeadBytes) {
      const end = at + frameHeadBytes + all.readUIntBE(at, 3);
      if (end > all.length) break;
      this.#take(
        all[at + 3]!,
        all[at + 4]!,
        all.readUInt32BE(at + 5),
        all.subarray(at + frameHeadBytes, end),
      );
      at = end;
    }
    this.#received = all.subarray(at);
  }

  #take(type: number, flags: number, stream: number, payload: Buffer): void {
    switch (type) {
      case frameType.data:
      case frameType.headers: {
        const call = this.#calls.get(stream);
        if (call === undefined) return;
        if (type === frameType.data && payload.length >= grpcHeadBytes) call.answered = true;
        if ((flags & endStream) !== 0) this.#settle(stream, call, "was answered without a message");
        return;
      }
      case frameType.rstStream: {
        const call = this.#calls.get(stream);
        // After a whole answer a server may give up what is left of the request.
        if (call !== undefined)
          this.#settle(stream, { ...call, answered: false }, `was reset: ${payload.readUInt32BE()}`);
        return;
      }
      case frameType.settings:
        if ((flags & ack) === 0) this.#write(frame(frameType.settings, ack, 0, Buffer.alloc(0)));
        return;
      case frameType.ping:
        if ((flags & ack) === 0) this.#write(frame(frameType.ping, ack, 0, payload));
        return;
      case frameType.windowUpdate:
        if (stream === 0) this.#sendWindow += payload.readUInt32BE();
        this.#sendHeld();
        return;
      case frameType.goAway:
        this.#end(new Error(`The server went away: ${payload.readUInt32BE(4)}`));
        return;
    }
  }

  #settle(stream: number, call: Call, failure: string): void {
    this.#calls.delete(stream);
    if (call.answered) call.resolve();
    else call.reject(new Error(`The call ${failure}.`));
  }

  #end(error: Error): void {
    this.#ended ??= error;
    for (const { reject } of this.#calls.values()) reject(this.#ended);
    this.#calls.clear();
    this.#socket.destroy();
  }
}
