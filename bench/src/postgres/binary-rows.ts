const signature = Buffer.from("PGCOPY\n\xff\r\n\0", "latin1");
const headerBytes = signature.length + 8;
/** Microseconds from 1970 to 2000, from where PostgreSQL counts. */
const epochMicros = 946_684_800_000_000n;
const bigintOid = 20;
const growth = 2;

/**
 * Rows as `COPY … FROM STDIN (FORMAT binary)` takes them (PostgreSQL's documentation, "COPY", "Binary Format"), in a buffer that
 * is handed over and begun anew whenever its owner finds it long enough.
 */
export class BinaryRows {
  #buffer: Buffer = Buffer.allocUnsafeSlow(1024 * 1024);
  #at = 0;

  constructor() {
    this.#reserve(headerBytes);
    this.#at += signature.copy(this.#buffer);
    // No flags, and no extension of the header.
    this.#buffer.fill(0, this.#at, headerBytes);
    this.#at = headerBytes;
  }

  get byteCount(): number {
    return this.#at;
  }

  /** Begins a row of so many fields, which are to follow. */
  row(fields: number): this {
    this.#reserve(2);
    this.#at = this.#buffer.writeInt16BE(fields, this.#at);
    return this;
  }

  text(value: string): this {
    this.#reserve(4 + value.length * 3);
    const bytes = this.#buffer.write(value, this.#at + 4);
    this.#at = this.#buffer.writeInt32BE(bytes, this.#at) + bytes;
    return this;
  }

  bytes(value: Uint8Array): this {
    this.#reserve(4 + value.length);
    this.#at = this.#buffer.writeInt32BE(value.length, this.#at);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** Bytes given in hexadecimal digits, hyphens left out: a UUID or a hash. */
  hex(digits: string): this {
    const plain = digits.replaceAll("-", "");
    this.#reserve(4 + plain.length / 2);
    const bytes = this.#buffer.write(plain, this.#at + 4, "hex");
    this.#at = this.#buffer.writeInt32BE(bytes, this.#at) + bytes;
    return this;
  }

  bigint(value: number): this {
    this.#reserve(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeBigInt64BE(BigInt(value), this.#at);
    return this;
  }

  /** An array of one number. */
  bigints(value: number): this {
    this.#reserve(36);
    // Its own length, one dimension, no nulls, what it is of, how many, and the number of the first.
    for (const word of [32, 1, 0, bigintOid, 1, 1]) this.#at = this.#buffer.writeInt32BE(word, this.#at);
    return this.bigint(value);
  }

  time(value: Date): this {
    this.#reserve(12);
    this.#at = this.#buffer.writeInt32BE(8, this.#at);
    this.#at = this.#buffer.writeBigInt64BE(BigInt(value.getTime()) * 1000n - epochMicros, this.#at);
    return this;
  }

  /** Writes that no row follows. */
  end(): this {
    return this.row(-1);
  }

  /** What was written since the last time. */
  take(): Buffer {
    const taken = this.#buffer.subarray(0, this.#at);
    this.#buffer = Buffer.allocUnsafeSlow(this.#buffer.length);
    this.#at = 0;
    return taken;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const grown = Buffer.allocUnsafeSlow((this.#buffer.length + count) * growth);
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}
