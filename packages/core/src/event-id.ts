/**
 * A source of UUIDs, version 7: each sorts after the ones before it, so that indexes on them grow at one end.
 *
 * 48 bits of milliseconds, a counter of 12 bits that starts anew each millisecond (RFC 9562, 6.2, method 1),
 * and 62 random bits. When the counter is used up or the clock goes back, ids run ahead of it.
 *
 * @param nowMs tells the time in milliseconds since 1970.
 */
export function eventIds(nowMs: () => number = Date.now): () => string {
  let lastMs = -1;
  let count = 0;
  let prefix = "";
  const startAnew = (ms: number): void => {
    lastMs = ms;
    count = 0;
    // Many ids share a millisecond, and writing its digits is most of the cost of an id.
    const time = ms.toString(16).padStart(12, "0");
    prefix = `${time.slice(0, 8)}-${time.slice(8)}-7`;
  };
  return () => {
    const now = nowMs();
    if (now > lastMs) startAnew(now);
    else if (++count > countMax) startAnew(lastMs + 1);
    const counter = digits[count >> 8]! + digits[(count >> 4) & 0xf]! + digits[count & 0xf]!;
    // What follows the version's group in a random UUID: the variant and 62 random bits.
    return `${prefix}${counter}-${globalThis.crypto.randomUUID().slice(19)}`;
  };
}

const countMax = 0xfff;
const digits = "0123456789abcdef";

/** A new event id, for an event that comes without one. */
export const newEventId: () => string = eventIds();
