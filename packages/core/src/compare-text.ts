/**
 * Orders two texts by Unicode code points: below 0 when `one` comes first, 0 when they are equal. It is the
 * order of their UTF-8 bytes, in which PostgreSQL's "C" collation sorts. JavaScript's own `<` goes by UTF-16
 * units, and puts what lies beyond U+FFFF in front of U+E000 to U+FFFF.
 */
export function compareText(one: string, other: string): number {
  const length = Math.min(one.length, other.length);
  for (let i = 0; i < length; i++) {
    const [a, b] = [one.charCodeAt(i), other.charCodeAt(i)];
    if (a !== b) return weight(a) - weight(b);
  }
  return one.length - other.length;
}

/** Surrogates, which stand for what lies beyond U+FFFF, come behind all other units. */
function weight(unit: number): number {
  return unit >= 0xd800 && unit <= 0xdfff ? unit + 0x10000 : unit;
}
