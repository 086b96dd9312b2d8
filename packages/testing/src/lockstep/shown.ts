import { createHash } from "node:crypto";
import { renderValue } from "../given-when-then/diff/render-value.ts";

/** What is longer is shown by its length and digest: a mebibyte of hexadecimal digits helps nobody. */
const shownBytesMax = 400;
/** In words a name of every length is to leave room for what stands beside it. */
const wordsBytesMax = 40;
const wordsCharsMax = 500;

/** What an action came to, in lines that are equal for equal outcomes only. */
export function shownLines(value: unknown): readonly string[] {
  return renderValue(digested(value, shownBytesMax));
}

/** A value in one line, cut where it gets long. */
export function inWords(value: unknown): string {
  const line = renderValue(digested(value, wordsBytesMax))
    .map((text) => text.trim())
    .join(" ");
  return line.length > wordsCharsMax ? `${line.slice(0, wordsCharsMax)}…` : line;
}

function digested(value: unknown, bytesMax: number): unknown {
  if (typeof value === "string") {
    return value.length > bytesMax ? `${value.length} characters ${digest(value)}` : value;
  }
  if (value instanceof Uint8Array) {
    // Also of a subclass: which one it is does not matter to who reads the bytes.
    if (value.byteLength > bytesMax) return `${value.byteLength} bytes ${digest(value)}`;
    return new Uint8Array(value);
  }
  if (Array.isArray(value)) return value.map((inner) => digested(inner, bytesMax));
  if (value instanceof Map)
    return new Map([...value].map(([key, inner]) => [key, digested(inner, bytesMax)] as const));
  if (typeof value !== "object" || value === null || !isLiteral(value)) return value;
  // As entries: a field of the name `__proto__` is to be seen, too.
  return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, digested(inner, bytesMax)]));
}

function isLiteral(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype;
}

function digest(content: string | Uint8Array): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 16);
}
