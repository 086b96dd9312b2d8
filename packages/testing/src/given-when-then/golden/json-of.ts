/**
 * A value as JSON can hold it, so that a state can be kept in a file: dates as ISO text, bigints as text,
 * maps and sets as lists, bytes in base64. Different values may become one, such as a bigint and its text.
 */
export function jsonOf(value: unknown): unknown {
  if (typeof value === "bigint") return value.toString();
  if (typeof value !== "object" || value === null) return value;
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (value instanceof Map || value instanceof Set || Array.isArray(value)) return Array.from(value, jsonOf);
  return Object.fromEntries(Object.entries(value).map(([key, property]) => [key, jsonOf(property)]));
}
