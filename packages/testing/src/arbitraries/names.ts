import fc from "fast-check";

/** The longest name that the default limits allow. */
const nameCharsMax = 255;

/**
 * Any valid name: 1 to 255 characters of well-formed Unicode without control characters. Short and plain ones
 * come most often; the longest, and what is hard on encodings and comparisons, come now and then.
 */
export function arbitraryName(): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 6, arbitrary: fc.string({ unit: "grapheme-ascii", minLength: 1, maxLength: 20 }) },
    { weight: 3, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 20 }).map(asName) },
    { weight: 1, arbitrary: fc.string({ unit: "binary", minLength: 1, maxLength: 300 }).map(asName) },
    { weight: 1, arbitrary: fc.constantFrom(...hardNames) },
  );
}

const hardNames: readonly string[] = [
  "n".repeat(nameCharsMax),
  "訂".repeat(nameCharsMax),
  "🎓".repeat(Math.floor(nameCharsMax / 2)),
  " ",
  "u\u0308",
  "\\x00",
  "{a,b}",
  "'\"`",
  "%_",
  "NULL",
  "\uffff",
  "constructor",
];

/** Cuts a string to a name's length, between characters, and takes the control characters out of it. */
function asName(text: string): string {
  let name = "";
  for (const character of text) {
    const next = isControl(character) ? "c" : character;
    if (name.length + next.length > nameCharsMax) break;
    name += next;
  }
  return name;
}

function isControl(character: string): boolean {
  const code = character.codePointAt(0)!;
  return code < 0x20 || (code >= 0x7f && code <= 0x9f);
}

/** Where the generated names come from. */
export interface NameSource {
  readonly aggregateType: fc.Arbitrary<string>;
  readonly aggregateId: fc.Arbitrary<string>;
  readonly eventType: fc.Arbitrary<string>;
  readonly tag: fc.Arbitrary<string>;
  readonly idempotencyKey: fc.Arbitrary<string>;
  readonly eventId: fc.Arbitrary<string>;
}

/** Names of every kind, which hardly ever meet. */
export function anyNames(): NameSource {
  const name = arbitraryName();
  const aggregate = { aggregateType: name, aggregateId: name };
  return { ...aggregate, eventType: name, tag: name, idempotencyKey: name, eventId: fc.uuid() };
}

/**
 * Names out of a handful, some of them prefixes of others, so that what is generated meets; keys and ids
 * rarely.
 */
export function fewNames(): NameSource {
  return {
    aggregateType: fc.constantFrom("order", "cart", "Order"),
    aggregateId: fc.constantFrom("o", "o1", "o12", "o2", "O1", "%1", "_1", "o%", "💶", "💶💶"),
    eventType: fc.constantFrom("Placed", "Paid", "placed", "Shipped", "{Paid}"),
    tag: fc.constantFrom("a", "b", "course:c1", "course:c2", "{a,b}", "A", "ä", '"a"'),
    idempotencyKey: fc.integer({ min: 1, max: 60 }).map((number) => `key ${number}`),
    eventId: fc.integer({ min: 1, max: 200 }).map((number) => idOf(number)),
  };
}

/** A UUID of version 4. */
function idOf(number: number): string {
  return `00000000-0000-4000-8000-${number.toString(16).padStart(12, "0")}`;
}

/**
 * Few names, so that they meet, and among them those that are hard on encodings and comparisons; keys and ids
 * that meet often.
 */
export function meetingNames(): NameSource {
  const few = fewNames();
  const now = (name: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc.oneof({ weight: 6, arbitrary: name }, { weight: 1, arbitrary: fc.constantFrom(...hardNames) });
  return {
    aggregateType: now(few.aggregateType),
    aggregateId: now(few.aggregateId),
    eventType: now(few.eventType),
    tag: now(few.tag),
    idempotencyKey: now(fc.constantFrom("key 1", "key 2", "key 3")),
    eventId: fc.integer({ min: 1, max: 20 }).map((number) => idOf(number)),
  };
}
