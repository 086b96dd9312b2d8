/**
 * A source of UUIDs, version 7: each sorts after the ones before it, so that indexes on them grow at one end.
 *
 * 48 bits of milliseconds, a counter of 12 bits that starts anew each millisecond (RFC 9562, 6.2, method 1),
 * and 62 random bits. When the counter is used up or the clock goes back, ids run ahead of it.
 *
 * @param nowMs tells the time in milliseconds since 1970.
 */
export function eventIds(nowMs: () => number = Date.now): () => string {
  let lastMs = 0;
  let count = 0;
  return () => {
    const now = nowMs();
    if (now > lastMs) {
      lastMs = now;
      count = 0;
    } else if (++count > countMax) {
      lastMs++;
      count = 0;
    }
    const time = lastMs.toString(16).padStart(12, "0");
    const counter = count.toString(16).padStart(3, "0");
    // What follows the version's group in a random UUID: the variant and 62 random bits.
    const random = globalThis.crypto.randomUUID().slice(19);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${counter}-${random}`;
  };
}

const countMax = 0xfff;

/** A new event id, for an event that comes without one. */
export const newEventId: () => string = eventIds();
