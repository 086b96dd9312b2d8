import { v7 } from "uuid";

const bytesPerKey = 16;
const pool = new Uint8Array(bytesPerKey * 256);
let used = pool.length;

/** A new UUID, version 7. */
export function newIdempotencyKey(): string {
  return v7({ random: randomBytes() });
}

/**
 * Random bytes are asked for in bulk: asking for each key's own costs ten times as much as all the rest of
 * the key.
 */
function randomBytes(): Uint8Array {
  if (used === pool.length) {
    globalThis.crypto.getRandomValues(pool);
    used = 0;
  }
  const start = used;
  used += bytesPerKey;
  return pool.subarray(start, used);
}
