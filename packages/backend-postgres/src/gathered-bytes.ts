/** What Node's buffers can do beside what TypeScript is told of: without an object for the range. */
interface RangeBuffer extends Buffer {
  hexSlice(start: number, end: number): string;
}

const initialBytes = 64 * 1024;
const keptBytesMax = 1024 * 1024;

/**
 * Gathers byte strings, one after another, and gives all of them as one text in hexadecimal. Its buffer is kept for the next ones: a
 * text for each, to be joined, left half as much again to be collected.
 */
export class GatheredBytes {
  #buffer: RangeBuffer = bufferOf(initialBytes);
  #at = 0;

  /** Begins anew, whatever became of the last time. */
  begin(): void {
    this.#at = 0;
  }

  add(bytes: Uint8Array): void {
    const end = this.#at + bytes.length;
    if (end > this.#buffer.length) this.#grow(end);
    this.#buffer.set(bytes, this.#at);
    this.#at = end;
  }

  /** All that was added, in hexadecimal. */
  finish(): string {
    const hex = this.#buffer.hexSlice(0, this.#at);
    if (this.#buffer.length > keptBytesMax) this.#buffer = bufferOf(initialBytes);
    return hex;
  }

  #grow(bytesMin: number): void {
    const grown = bufferOf(Math.max(bytesMin, this.#buffer.length * 2));
    this.#buffer.copy(grown, 0, 0, this.#at);
    this.#buffer = grown;
  }
}

function bufferOf(byteCount: number): RangeBuffer {
  return Buffer.allocUnsafe(byteCount) as RangeBuffer;
}
