const bufferBytes = 16 * 1024;
const sharedBytesMax = 2 * 1024;

/**
 * Copies of small byte strings, many of them in one buffer: one for each costs the collector more than the bytes do. What is kept of
 * one keeps its neighbours, of 16 KiB in all; what is larger than 2 KiB gets a buffer of its own.
 */
export class SharedBytes {
  #buffer = new Uint8Array(0);
  #at = 0;

  copyOf(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > sharedBytesMax) return bytes.slice();
    if (this.#at + length > this.#buffer.length) {
      this.#buffer = new Uint8Array(bufferBytes);
      this.#at = 0;
    }
    const start = this.#at;
    this.#at += length;
    this.#buffer.set(bytes, start);
    return this.#buffer.subarray(start, this.#at);
  }
}
