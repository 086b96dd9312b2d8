const bufferBytes = 16 * 1024;
const sharedMax = 2 * 1024;
const utf8BytesPerUnitMax = 3;
const utf8 = new TextEncoder();

/**
 * Small byte strings, many of them in one buffer: one for each costs the collector more than the bytes do. What is kept of one keeps
 * its neighbours, of 16 KiB in all; what is larger than 2 KiB, or a text of more characters than that, gets a buffer of its own.
 */
export class SharedBytes {
  #buffer = new Uint8Array(0);
  #at = 0;

  copyOf(bytes: Uint8Array): Uint8Array {
    const { length } = bytes;
    if (length > sharedMax) return bytes.slice();
    this.#makeRoom(length);
    this.#buffer.set(bytes, this.#at);
    return this.#take(length);
  }

  /** A text's UTF-8. Half of a pair of surrogates becomes U+FFFD, as it does with `TextEncoder`. */
  textOf(text: string): Uint8Array {
    const { length } = text;
    if (length > sharedMax) return utf8.encode(text);
    this.#makeRoom(length * utf8BytesPerUnitMax);
    return this.#take(utf8.encodeInto(text, this.#buffer.subarray(this.#at)).written);
  }

  #makeRoom(length: number): void {
    if (this.#at + length <= this.#buffer.length) return;
    this.#buffer = new Uint8Array(bufferBytes);
    this.#at = 0;
  }

  #take(length: number): Uint8Array {
    const start = this.#at;
    this.#at += length;
    return this.#buffer.subarray(start, this.#at);
  }
}
