/** How many bytes become text at a time: a call takes so many arguments at most. */
const chunkBytes = 8192;

/** Bytes as text of base64. */
export function toBase64(bytes: Uint8Array): string {
  let binary = "";
  for (let i = 0; i < bytes.length; i += chunkBytes) {
    binary += String.fromCharCode(...bytes.subarray(i, i + chunkBytes));
  }
  return btoa(binary);
}

/**
 * The bytes of a text of base64.
 *
 * @throws a `DOMException` when it is none.
 */
export function fromBase64(text: string): Uint8Array {
  return Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
}
