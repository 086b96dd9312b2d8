import { InvalidArgumentError } from "@leftfold/core";
import { fromBase64, toBase64 } from "./base64.ts";
import { type CloudEvent, isExtension, optionalAttributes, validCloudEvent } from "./cloud-event.ts";
import { cloudEventFromAttributes } from "./cloud-event-headers.ts";

/** The media type of an event in structured mode, as JSON. */
export const cloudEventJsonType = "application/cloudevents+json";

/**
 * An event in structured mode: one JSON object. Its data is in `data` when it is JSON that comes back to the
 * byte, and in `data_base64` otherwise.
 *
 * @throws `invalid-argument` for attributes that the specification does not allow.
 */
export function cloudEventToJson(event: CloudEvent): string {
  const { id, source, type, extensions, data, datacontenttype } = validCloudEvent(event);
  const optional = optionalAttributes.map((name) => [name, event[name]]);
  const attributes = { specversion: "1.0", id, source, type, ...Object.fromEntries(optional), ...extensions };
  if (data.length === 0) return JSON.stringify(attributes);
  const json = isJson(datacontenttype) ? compactJson(data) : undefined;
  if (json === undefined) return JSON.stringify({ ...attributes, data_base64: toBase64(data) });
  // As it is: parsing it, and writing it again, would cost more and give the same.
  return `${JSON.stringify(attributes).slice(0, -1)},"data":${json}}`;
}

/**
 * The event of a message in structured mode. Extensions that are numbers or booleans become text.
 *
 * @throws `invalid-argument` when it is no CloudEvent of version 1.0 in JSON.
 */
export function cloudEventFromJson(message: string | Uint8Array): CloudEvent {
  const parsed = parse(message);
  const attributes: Record<string, string> = {};
  const extensions: Record<string, string> = {};
  for (const [name, value] of Object.entries(parsed)) {
    if (name === "data" || name === "data_base64" || value === null) continue;
    if (typeof value === "object") throw refused(name, "an object", "a text, a number or a boolean");
    (isExtension(name) ? extensions : attributes)[name] = String(value);
  }
  const data = parsedData(parsed, attributes["datacontenttype"]);
  return cloudEventFromAttributes(attributes, extensions, data);
}

const utf8 = new TextEncoder();
const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * The text of bytes that JSON would write the same way, and undefined for others: numbers beyond doubles, or
 * spaces.
 */
function compactJson(data: Uint8Array): string | undefined {
  try {
    const text = strictUtf8.decode(data);
    return JSON.stringify(JSON.parse(text)) === text ? text : undefined;
  } catch {
    return undefined;
  }
}

function isJson(datacontenttype: string | undefined): boolean {
  return datacontenttype === undefined || /^[^;]*[/+]json *(;|$)/i.test(datacontenttype);
}

function parse(message: string | Uint8Array): Record<string, unknown> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(typeof message === "string" ? message : strictUtf8.decode(message));
  } catch {
    throw refused("message", "no JSON", "a JSON object");
  }
  if (typeof parsed === "object" && parsed !== null && !Array.isArray(parsed)) return { ...parsed };
  throw refused("message", "no object", "a JSON object");
}

function parsedData(
  parsed: Readonly<Record<string, unknown>>,
  datacontenttype: string | undefined,
): Uint8Array {
  const { data, data_base64: base64 } = parsed;
  if (base64 !== undefined && base64 !== null) return decoded(base64);
  if (data === undefined || (data === null && !isJson(datacontenttype))) return new Uint8Array();
  if (typeof data === "string" && !isJson(datacontenttype)) return utf8.encode(data);
  return utf8.encode(JSON.stringify(data));
}

function decoded(base64: unknown): Uint8Array {
  try {
    if (typeof base64 === "string") return fromBase64(base64);
  } catch {}
  throw refused("data_base64", "something else", "a text of base64");
}

function refused(field: string, value: string, limit: string): InvalidArgumentError {
  return new InvalidArgumentError([{ field, value, limit }]);
}
