/** A message of the PostgreSQL protocol, version 3, or the beginning of it. */
export interface PostgresFrame {
  /** What kind of message it is, such as `Q`; `""` for what a client sends first, which has no kind. */
  readonly type: string;
  /** What follows the length; cut off at the bound. */
  readonly body: Buffer;
  /** Where it begins and ends, counted from the first byte of the connection. */
  readonly start: number;
  readonly end: number;
}

const lengthBytes = 4;

/**
 * Finds the messages in one direction of a connection, however its bytes are divided into pieces. Of each body no more than a bound is
 * kept, since only names and texts at the beginning are of interest.
 *
 * Source: PostgreSQL's documentation, "Frontend/Backend Protocol", "Message Formats".
 */
export class PostgresFrames {
  readonly #bodyBytesMax: number;
  /** The message that is not complete: its kind and length first, then the body. */
  #parts: Buffer[] = [];
  #keptBytes = 0;
  #seenBytes = 0;
  #start = 0;
  /** How many of the first messages have no kind. */
  #untyped: number;

  constructor({ untyped, bodyBytesMax = 65_536 }: { untyped: number; bodyBytesMax?: number }) {
    this.#untyped = untyped;
    this.#bodyBytesMax = bodyBytesMax;
  }

  /** Bytes of whole and begun messages so far. */
  get position(): number {
    return this.#start + this.#seenBytes;
  }

  /** Another message without a kind comes next. */
  expectUntyped(): void {
    this.#untyped++;
  }

  /** The messages that are complete with these bytes. Lazily: how the next one is read may depend on the one before. */
  *read(bytes: Buffer): Generator<PostgresFrame> {
    let rest = bytes;
    while (rest.length > 0) {
      const headBytes = (this.#untyped > 0 ? 0 : 1) + lengthBytes;
      const wanted = (this.#lengthOf(headBytes) ?? headBytes) - this.#seenBytes;
      const piece = rest.subarray(0, wanted);
      rest = rest.subarray(piece.length);
      this.#keep(piece, headBytes);
      const whole = this.#lengthOf(headBytes);
      if (whole !== undefined && this.#seenBytes >= whole) yield this.#complete(headBytes, whole);
    }
  }

  #keep(piece: Buffer, headBytes: number): void {
    this.#seenBytes += piece.length;
    const room = headBytes + this.#bodyBytesMax - this.#keptBytes;
    if (room <= 0) return;
    const kept = piece.subarray(0, room);
    this.#parts.push(kept);
    this.#keptBytes += kept.length;
  }

  /** The length of the whole message; undefined while its head is not there. */
  #lengthOf(headBytes: number): number | undefined {
    if (this.#keptBytes < headBytes) return undefined;
    if (this.#parts[0]!.length < headBytes) this.#parts = [Buffer.concat(this.#parts)];
    return this.#parts[0]!.readUInt32BE(headBytes - lengthBytes) + headBytes - lengthBytes;
  }

  #complete(headBytes: number, whole: number): PostgresFrame {
    const kept = this.#parts.length === 1 ? this.#parts[0]! : Buffer.concat(this.#parts);
    const type = headBytes === lengthBytes ? "" : String.fromCharCode(kept[0]!);
    const start = this.#start;
    if (type === "") this.#untyped--;
    this.#parts = [];
    this.#keptBytes = 0;
    this.#seenBytes = 0;
    this.#start += whole;
    return { type, body: kept.subarray(headBytes), start, end: this.#start };
  }
}
