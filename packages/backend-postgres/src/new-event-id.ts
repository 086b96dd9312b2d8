import { randomFillSync, randomInt } from "node:crypto";
import { v7 } from "uuid";

const randomBytes = 16;
const pool = new Uint8Array(randomBytes * 256);
let used = pool.length;
let sequence = randomInt(2 ** 31);

/**
 * A new UUID, version 7, greater than the last one as long as the clock does not go back: indexes grow at their end.
 *
 * Randomness is drawn for many at once, since each draw costs more than the rest of an id.
 */
export function newEventId(): string {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += randomBytes;
  sequence = (sequence + 1) >>> 0;
  return v7({ random: pool.subarray(used - randomBytes, used), msecs: Date.now(), seq: sequence });
}
