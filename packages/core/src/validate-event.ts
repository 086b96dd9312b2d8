import type { ProposedEvent } from "./event.ts";
import type { Findings } from "./findings.ts";
import type { Limits } from "./limits.ts";
import type { Place } from "./place.ts";
import { shortened } from "./show.ts";

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;
const occurredAtMin = Date.parse("0001-01-01T00:00:00Z");
const occurredAtMax = Date.parse("9999-12-31T23:59:59.999Z");

/** Whether the text is a UUID in lower case, of any version. */
export function isUuid(text: unknown): text is string {
  return typeof text === "string" && uuid.test(text);
}

/** Checks an event by itself, without its place in the append, and returns what it weighs in bytes. */
export function checkEvent(findings: Findings, at: Place, event: ProposedEvent, limits: Limits): number {
  const { eventType, contentType, correlationId, causationId, actorId, occurredAt, tags, metadata } = event;
  const { nameCharsMax } = limits;
  findings.name(at, "eventType", eventType, nameCharsMax);
  findings.name(at, "contentType", contentType, nameCharsMax);
  findings.optionalName(at, "correlationId", correlationId, nameCharsMax);
  findings.optionalName(at, "causationId", causationId, nameCharsMax);
  findings.optionalName(at, "actorId", actorId, nameCharsMax);
  findings.optionalCount(at, "eventVersion", event.eventVersion);
  if (occurredAt !== undefined && !isRecordable(occurredAt)) {
    findings.add(at, "occurredAt", occurredAt, "a Date in the years 1 to 9999");
  }
  let byteCount = checkPayload(findings, at, event.payload, limits);
  byteCount += weight(eventType) + weight(contentType);
  byteCount += weight(correlationId) + weight(causationId) + weight(actorId);
  if (tags !== undefined) byteCount += checkTags(findings, at, tags, limits);
  if (metadata !== undefined) byteCount += checkMetadata(findings, at, metadata, limits);
  return byteCount;
}

/** What a name counts for: its characters. */
export function weight(name: unknown): number {
  return typeof name === "string" ? name.length : 0;
}

function checkPayload(findings: Findings, at: Place, payload: Uint8Array, limits: Limits): number {
  if (!(payload instanceof Uint8Array)) {
    findings.add(at, "payload", payload, "a Uint8Array");
    return 0;
  }
  const { byteLength } = payload;
  if (byteLength > limits.payloadBytesMax) {
    findings.add(at, "payload", payload, `at most ${limits.payloadBytesMax} bytes`);
  }
  return byteLength;
}

function isRecordable(date: unknown): boolean {
  return date instanceof Date && date.getTime() >= occurredAtMin && date.getTime() <= occurredAtMax;
}

function checkTags(findings: Findings, at: Place, tags: readonly string[], limits: Limits): number {
  if (!findings.list(at, "tags", tags, 0, limits.tagsMax)) return 0;
  const list: Place = { outer: at, key: "tags" };
  let byteCount = 0;
  for (let i = 0; i < tags.length; i++) {
    const tag = tags[i];
    findings.name(list, i, tag, limits.nameCharsMax);
    if (isRepeated(tags, i)) findings.add(list, i, tag, "a tag that this event has only once");
    byteCount += weight(tag);
  }
  return byteCount;
}

function isRepeated(tags: readonly unknown[], index: number): boolean {
  const first = tags.indexOf(tags[index]);
  return first >= 0 && first < index;
}

function checkMetadata(
  findings: Findings,
  at: Place,
  metadata: Readonly<Record<string, unknown>>,
  limits: Limits,
): number {
  if (!isPlain(metadata)) {
    findings.add(at, "metadata", metadata, "a plain object of strings");
    return 0;
  }
  let byteCount = 0;
  for (const key of Object.keys(metadata)) {
    const value = metadata[key];
    if (typeof value === "string" && value.isWellFormed() && key.isWellFormed()) {
      byteCount += utf8Length(key) + utf8Length(value);
    } else {
      const entry = `metadata[${JSON.stringify(shortened(key))}]`;
      findings.add(at, entry, value, "a string of well-formed Unicode, key and value");
    }
  }
  if (byteCount > limits.metadataBytesMax) {
    const limit = `at most ${limits.metadataBytesMax} bytes, keys and values together`;
    findings.describe(at, "metadata", `${byteCount} bytes`, limit);
  }
  return byteCount;
}

/** Whether an object is a literal, of whichever realm: a `Map` or a list would lose what it holds. */
function isPlain(value: unknown): boolean {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

function utf8Length(text: string): number {
  let length = text.length;
  for (let i = 0; i < text.length; i++) {
    const unit = text.charCodeAt(i);
    // A surrogate pair is 2 units and 4 bytes: each half adds one. Anything else above 0x7ff is 1 unit and 3
    // bytes.
    if (unit > 0x7f) length += unit > 0x7ff && (unit < 0xd800 || unit > 0xdfff) ? 2 : 1;
  }
  return length;
}
