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
  // The id, character by character: one string is made of it. Putting strings together makes ten times as much garbage.
  const id = Array.from("00000000-0000-7000-8000-000000000000", codeOf);
  // Random bytes are asked for in bulk: asking for each id's own costs more than all the rest of it.
  const random = new Uint8Array(randomBytesPerId * 512);
  let used = random.length;

  const startAnew = (ms: number): void => {
    lastMs = ms;
    count = 0;
    const time = ms.toString(16).padStart(12, "0");
    for (let i = 0; i < time.length; i++) id[i < 8 ? i : i + 1] = time.charCodeAt(i);
  };
  const drawRandom = (): void => {
    if (used === random.length) {
      globalThis.crypto.getRandomValues(random);
      used = 0;
    }
    id[variantAt] = digits[8 | (random[used]! & 3)]!;
    id[variantAt + 1] = digits[random[used]! >> 4]!;
    for (let i = 1, at = variantAt + 2; i < randomBytesPerId; i++) {
      if (id[at] === hyphen) at++;
      const byte = random[used + i]!;
      id[at++] = digits[byte >> 4]!;
      id[at++] = digits[byte & 0xf]!;
    }
    used += randomBytesPerId;
  };
  return () => {
    const now = nowMs();
    if (now > lastMs) startAnew(now);
    else if (++count > countMax) startAnew(lastMs + 1);
    id[counterAt] = digits[count >> 8]!;
    id[counterAt + 1] = digits[(count >> 4) & 0xf]!;
    id[counterAt + 2] = digits[count & 0xf]!;
    drawRandom();
    return String.fromCharCode.apply(null, id);
  };
}

const countMax = 0xfff;
const randomBytesPerId = 8;
/** Where the counter begins, after the version; and the variant, of which two bits are random as well. */
const counterAt = 15;
const variantAt = 19;
const codeOf = (character: string): number => character.charCodeAt(0);
const digits = Array.from("0123456789abcdef", codeOf);
const hyphen = codeOf("-");

/** A new event id, for an event that comes without one. */
export const newEventId: () => string = eventIds();
