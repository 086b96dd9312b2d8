import { InvalidArgumentError } from "@leftfold/core";
import { type CloudEvent, isExtension, optionalAttributes, validCloudEvent } from "./cloud-event.ts";

/**
 * Whose headers: both have a `ce-` header for each attribute, but over HTTP the media type is the
 * `content-type`, and over NATS it is an attribute like the others.
 */
export type HeaderBinding = "http" | "nats";

/**
 * The headers of an event in binary mode; the body is its `data`. Values are percent-encoded, as both
 * bindings ask for.
 *
 * @throws `invalid-argument` for attributes that the specification does not allow.
 */
export function cloudEventToHeaders(event: CloudEvent, binding: HeaderBinding): Record<string, string> {
  const { id, source, type, extensions } = validCloudEvent(event);
  const headers: Record<string, string> = { "ce-specversion": "1.0" };
  const attributes: Record<string, string> = { id, source, type };
  for (const name of optionalAttributes) {
    const value = event[name];
    if (value !== undefined) attributes[name] = value;
  }
  for (const [name, value] of Object.entries({ ...attributes, ...extensions })) {
    if (name === "datacontenttype" && binding === "http") headers["content-type"] = value;
    else headers[`ce-${name}`] = encode(value);
  }
  return headers;
}

/**
 * The event of a message in binary mode. Names of headers count in any case; headers without `ce-` are left
 * alone.
 *
 * @throws `invalid-argument` when it is no CloudEvent of version 1.0.
 */
export function cloudEventFromHeaders(
  headers: Iterable<readonly [name: string, value: string]>,
  data: Uint8Array,
  binding: HeaderBinding,
): CloudEvent {
  const attributes: Record<string, string> = {};
  const extensions: Record<string, string> = {};
  for (const [header, value] of headers) {
    const name = header.toLowerCase();
    if (name === "content-type" && binding === "http") attributes["datacontenttype"] = value;
    if (!name.startsWith("ce-")) continue;
    const attribute = name.slice("ce-".length);
    (isExtension(attribute) ? extensions : attributes)[attribute] = decode(header, value);
  }
  return cloudEventFromAttributes(attributes, extensions, data);
}

/**
 * An event of what was found in a message, by name.
 *
 * @throws `invalid-argument` when something is missing, or is not allowed.
 */
export function cloudEventFromAttributes(
  attributes: Readonly<Record<string, string>>,
  extensions: Readonly<Record<string, string>>,
  data: Uint8Array,
): CloudEvent {
  const { specversion = "", id = "", source = "", type = "" } = attributes;
  if (specversion !== "1.0") {
    throw new InvalidArgumentError([
      { field: "specversion", value: JSON.stringify(specversion), limit: '"1.0"' },
    ]);
  }
  const optional: { -readonly [name in (typeof optionalAttributes)[number]]?: string } = {};
  for (const name of optionalAttributes) {
    const value = attributes[name];
    if (value !== undefined) optional[name] = value;
  }
  return validCloudEvent({ id, source, type, ...optional, extensions, data });
}

/** What is not printable ASCII, quotes, and the percent sign itself. */
const encoded = /[^\x21\x23\x24\x26-\x7e]+/g;

function encode(value: string): string {
  return value.toWellFormed().replace(encoded, encodeURIComponent);
}

function decode(header: string, value: string): string {
  // Quotes within are encoded; where they stand around a value, they are the transport's.
  const quoted = /^"(.*)"$/s.exec(value)?.[1];
  const bare = quoted === undefined ? value : quoted.replace(/\\(.)/gs, "$1");
  try {
    return bare.replace(/(?:%[0-9a-f]{2})+/gi, decodeURIComponent);
  } catch {
    throw new InvalidArgumentError([
      { field: header, value: JSON.stringify(value.slice(0, 100)), limit: "percent-encoded UTF-8" },
    ]);
  }
}
