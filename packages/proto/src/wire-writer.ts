const keptBytesMax = 1024 * 1024;
const encoder = new TextEncoder();

/** Writes one message into a buffer that grows, and is kept for the next message. */
export class WireWriter {
  bytes: Uint8Array = new Uint8Array(4096);
  position = 0;

  /** Makes room for so many more bytes. The single writes below rely on it having been called. */
  reserve(count: number): void {
    const needed = this.position + count;
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, this.bytes.length * 2));
    grown.set(this.bytes.subarray(0, this.position));
    this.bytes = grown;
  }

  /** What was written, in place until something else is written, and starts anew. A buffer beyond 1 MiB is let go. */
  view(): Uint8Array {
    const view = this.bytes.subarray(0, this.position);
    this.position = 0;
    if (this.bytes.length > keptBytesMax) this.bytes = new Uint8Array(4096);
    return view;
  }

  /** One byte: a tag below 128, or a small length. */
  byte(byte: number): void {
    this.bytes[this.position++] = byte;
  }

  /** A whole number from 0 to 2^32 - 1, as a varint of up to 5 bytes. */
  varint32(value: number): void {
    const { bytes } = this;
    let position = this.position;
    let rest = value;
    while (rest > 0x7f) {
      bytes[position++] = (rest & 0x7f) | 0x80;
      rest >>>= 7;
    }
    bytes[position++] = rest;
    this.position = position;
  }

  /** A 64-bit number in two unsigned halves, as a varint of up to 10 bytes. */
  varint64(low: number, high: number): void {
    if (high === 0) {
      this.varint32(low);
      return;
    }
    const { bytes } = this;
    let position = this.position;
    for (let shift = 0; shift < 28; shift += 7) bytes[position++] = ((low >>> shift) & 0x7f) | 0x80;
    const middle = (low >>> 28) | ((high & 7) << 4);
    const rest = high >>> 3;
    bytes[position++] = rest === 0 ? middle : middle | 0x80;
    this.position = position;
    if (rest !== 0) this.varint32(rest);
  }

  /** @throws RangeError when it does not fit 64 bits without a sign. */
  uint64(value: bigint): void {
    const number = Number(value);
    // Up to 2^53 the halves come from a number, which costs no bigint arithmetic.
    if (number >= 0 && number <= Number.MAX_SAFE_INTEGER) {
      this.varint64(number >>> 0, Math.floor(number / 0x1_0000_0000));
      return;
    }
    if (value < 0n || value >= 1n << 64n) throw new RangeError(`${value} is not from 0 to 2^64 - 1.`);
    this.varint64(Number(value & 0xffff_ffffn), Number(value >> 32n));
  }

  /** A whole number of at most 2^53 on both sides of zero, as an `int64`. */
  int64(value: number): void {
    this.varint64(value >>> 0, Math.floor(value / 0x1_0000_0000) >>> 0);
  }

  /** Text with its length in front, reserving for itself. */
  text(value: string): void {
    const { length } = value;
    this.reserve(length * 3 + 5);
    const sizeGuess = varint32Size(length);
    const start = this.position + sizeGuess;
    const written = writeUtf8(this.bytes, start, value);
    const size = varint32Size(written);
    if (size !== sizeGuess) this.bytes.copyWithin(this.position + size, start, start + written);
    this.varint32(written);
    this.position += written;
  }

  raw(bytes: Uint8Array): void {
    this.reserve(bytes.length);
    this.bytes.set(bytes, this.position);
    this.position += bytes.length;
  }
}

/** How many bytes a whole number from 0 to 2^32 - 1 takes as a varint. */
export function varint32Size(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x4000) return 2;
  if (value < 0x20_0000) return 3;
  return value < 0x1000_0000 ? 4 : 5;
}

const loopCharsMax = 64;

function writeUtf8(bytes: Uint8Array, start: number, value: string): number {
  const { length } = value;
  if (length <= loopCharsMax) {
    let i = 0;
    for (; i < length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 0x7f) break;
      bytes[start + i] = unit;
    }
    if (i === length) return length;
  }
  return encoder.encodeInto(value, bytes.subarray(start)).written;
}
