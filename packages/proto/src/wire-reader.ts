import { malformed } from "./malformed.ts";

const groupDepthMax = 100;

/** Walks over one encoded message, and stays inside it: what would reach beyond the end is an error. */
export class WireReader {
  readonly bytes: Uint8Array;
  position: number;
  /** Exclusive. Narrowed while a nested message is read. */
  end: number;
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array, start: number, end: number) {
    if (start < 0 || end > bytes.length || start > end) {
      throw malformed(`${start} to ${end} is not a range of ${bytes.length} bytes`);
    }
    this.bytes = bytes;
    this.position = start;
    this.end = end;
  }

  /** A field's number and wire type, as one number: `number << 3 | wireType`. */
  tag(): number {
    const tag = this.#small();
    if (tag < 8) throw malformed(`there is no field 0, at byte ${this.position}`);
    return tag;
  }

  /** The length in front of text, bytes or a message; that many bytes are there. */
  length(): number {
    const length = this.#small();
    if (length > this.end - this.position) {
      throw malformed(`${length} bytes are announced and ${this.end - this.position} are there`);
    }
    return length;
  }

  /** Steps into a nested message. Returns the end of the outer one, for `leave`. */
  enter(): number {
    const length = this.length();
    const outerEnd = this.end;
    this.end = this.position + length;
    return outerEnd;
  }

  leave(outerEnd: number): void {
    this.end = outerEnd;
  }

  uint32(): number {
    this.#varint();
    return this.#low;
  }

  int32(): number {
    this.#varint();
    return this.#low | 0;
  }

  uint64(): bigint {
    this.#varint();
    // Up to 2^53 a number holds it exactly, and one bigint is made rather than four.
    return this.#high < 0x20_0000
      ? BigInt(this.#high * 0x1_0000_0000 + this.#low)
      : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  /** An `int64` as a number: exact up to 2^53 on both sides of zero, rounded beyond. */
  int64Number(): number {
    this.#varint();
    return (this.#high | 0) * 0x1_0000_0000 + this.#low;
  }

  /** Steps over the value of a field that is not known here. */
  skip(tag: number, depth = 0): void {
    switch (tag & 7) {
      case 0:
        this.#varint();
        return;
      case 1:
        this.#advance(8);
        return;
      case 2:
        this.#advance(this.length());
        return;
      case 3:
        this.#skipGroup(tag, depth);
        return;
      case 5:
        this.#advance(4);
        return;
      default:
        throw malformed(`there is no wire type ${tag & 7}, at byte ${this.position}`);
    }
  }

  #skipGroup(tag: number, depth: number): void {
    if (depth >= groupDepthMax) throw malformed(`more than ${groupDepthMax} groups are nested`);
    for (;;) {
      const inner = this.tag();
      if (inner === tag + 1) return;
      this.skip(inner, depth + 1);
    }
  }

  #advance(count: number): void {
    if (count > this.end - this.position) throw malformed(`they end in the middle of a field`);
    this.position += count;
  }

  /** A varint that must fit 32 bits. */
  #small(): number {
    const byte = this.position < this.end ? this.bytes[this.position]! : 0x80;
    if (byte < 0x80) {
      this.position++;
      return byte;
    }
    this.#varint();
    if (this.#high !== 0) throw malformed(`a tag or a length is above 32 bits, at byte ${this.position}`);
    return this.#low;
  }

  /**
   * Reads up to ten bytes of seven bits each into two halves: arithmetic on bigints would cost more than all
   * the rest.
   *
   * Whether it went beyond the end is looked at once, afterwards: behind the last byte there is nothing but
   * zeros to read.
   */
  #varint(): void {
    const { bytes } = this;
    let { position } = this;
    let byte = bytes[position++]!;
    let low = byte & 0x7f;
    let high = 0;
    for (let shift = 7; shift < 28 && (byte & 0x80) !== 0; shift += 7) {
      byte = bytes[position++]!;
      low |= (byte & 0x7f) << shift;
    }
    if ((byte & 0x80) !== 0) {
      byte = bytes[position++]!;
      low |= (byte & 0x0f) << 28;
      high = (byte & 0x70) >> 4;
      for (let shift = 3; shift < 32 && (byte & 0x80) !== 0; shift += 7) {
        byte = bytes[position++]!;
        high |= (byte & 0x7f) << shift;
      }
      if ((byte & 0x80) !== 0) throw malformed(`a number is longer than ten bytes, at byte ${position}`);
    }
    if (position > this.end) throw malformed("they end in the middle of a field");
    this.position = position;
    this.#low = low >>> 0;
    this.#high = high >>> 0;
  }
}
