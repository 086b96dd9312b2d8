import { envelopeBytes } from "./request-bounds.ts";

const keptBytesMax = 1024 * 1024;
const initialBytes = 16 * 1024;
const varintBytesMax = 10;

/**
 * Writes messages, each in its gRPC envelope, one after another into a buffer that is kept for the next one.
 */
export class FrameWriter {
  #buffer: Buffer = Buffer.allocUnsafe(initialBytes);
  #at = envelopeBytes;

  /** Begins a message, whatever became of the last one. */
  begin(): void {
    this.#at = envelopeBytes;
  }

  /** A number without a sign, of up to 64 bits. Zero is left out, as proto3 has it. */
  uint64(tag: number, value: bigint): void {
    if (value !== 0n) this.oneofUint64(tag, value);
  }

  /** The same as a member of a `oneof`, where zero is written: it tells which member is set. */
  oneofUint64(tag: number, value: bigint): void {
    this.#reserve(1 + varintBytesMax);
    this.#buffer[this.#at++] = tag;
    let rest = value;
    // What fits a number goes on as one: arithmetic on bigints costs more than all the rest.
    for (; rest > Number.MAX_SAFE_INTEGER; rest >>= 7n)
      this.#buffer[this.#at++] = Number(rest & 0x7fn) | 0x80;
    this.#varint(Number(rest));
  }

  true(tag: number): void {
    this.#reserve(2);
    this.#buffer[this.#at++] = tag;
    this.#buffer[this.#at++] = 1;
  }

  /** Text; the empty one is left out, as proto3 has it. */
  text(tag: number, value: string): void {
    if (value === "") return;
    this.#reserve(1 + varintBytesMax + value.length * 3);
    const start = this.open(tag);
    this.#at += this.#buffer.write(value, this.#at);
    this.close(start);
  }

  /** Bytes that are encoded already. */
  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#buffer.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** Announces bytes that are sent behind the frame: see {@link finish}. */
  lengthOf(tag: number, length: number): void {
    this.#reserve(1 + varintBytesMax);
    this.#buffer[this.#at++] = tag;
    this.#varint(length);
  }

  /** Begins something that has its length in front. Returns where it begins, for `close`. */
  open(tag: number): number {
    this.#reserve(1 + varintBytesMax);
    this.#buffer[this.#at++] = tag;
    // Most lengths take one byte. `close` makes room for those that take more.
    return ++this.#at;
  }

  close(start: number): void {
    const length = this.#at - start;
    const more = lengthBytes(length) - 1;
    if (more > 0) {
      this.#reserve(more);
      this.#buffer.copyWithin(start + more, start, this.#at);
    }
    this.#at = start - 1;
    this.#varint(length);
    this.#at += length;
  }

  /**
   * The envelope and what was written, as a copy.
   *
   * @param bytesBehind how many more bytes of the message are sent behind it.
   */
  finish(bytesBehind = 0): Uint8Array {
    this.#buffer[0] = 0;
    this.#buffer.writeUInt32BE(this.#at - envelopeBytes + bytesBehind, 1);
    const frame = Buffer.from(this.#buffer.subarray(0, this.#at));
    if (this.#buffer.length > keptBytesMax) this.#buffer = Buffer.allocUnsafe(initialBytes);
    return frame;
  }

  #varint(value: number): void {
    let rest = value;
    for (; rest > 0x7f; rest = Math.floor(rest / 0x80)) this.#buffer[this.#at++] = (rest % 0x80) | 0x80;
    this.#buffer[this.#at++] = rest;
  }

  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafe(Math.max(needed, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

function lengthBytes(length: number): number {
  if (length < 0x80) return 1;
  if (length < 0x4000) return 2;
  if (length < 0x20_0000) return 3;
  return length < 0x1000_0000 ? 4 : 5;
}
