import { type ArgumentViolation, InvalidArgumentError } from "@leftfold/core";

/**
 * An event as other systems are told of it: a CloudEvent of version 1.0 (https://cloudevents.io).
 *
 * Extensions are text, also where the specification knows other types: so they are the same in every format
 * and over every transport.
 */
export interface CloudEvent {
  /** Together with `source` it names the event; a repeated delivery has the same two. */
  readonly id: string;
  /** Where the event comes from: a URI or a part of one. */
  readonly source: string;
  /** What happened, such as `OrderPlaced`. */
  readonly type: string;
  /** What it happened to, such as `Order/1001`. */
  readonly subject?: string;
  /** When it happened: a time as in RFC 3339. */
  readonly time?: string;
  /** The media type of the data. */
  readonly datacontenttype?: string;
  /** A URI of the schema that the data follows. */
  readonly dataschema?: string;
  /** Further attributes. A name has lower-case letters of ASCII and digits only, and is none of the above. */
  readonly extensions: Readonly<Record<string, string>>;
  /** Of no bytes when there is none. */
  readonly data: Uint8Array;
}

/** The attributes that a CloudEvent of ours has beside its extensions and its data, except the version. */
export const optionalAttributes = ["subject", "time", "datacontenttype", "dataschema"] as const;
const requiredAttributes = ["id", "source", "type"] as const;

const reservedNames: ReadonlySet<string> = new Set([
  "specversion",
  ...requiredAttributes,
  ...optionalAttributes,
  "data",
]);

/** Whether an attribute is an extension by its name. */
export function isExtension(name: string): boolean {
  return !reservedNames.has(name);
}

/**
 * Gives the event back when it may go out, or was well-formed when it came in.
 *
 * @throws `invalid-argument` that names every attribute that the specification does not allow.
 */
export function validCloudEvent(event: CloudEvent): CloudEvent {
  const violations: ArgumentViolation[] = [];
  const refuse = (field: string, value: string, limit: string): void => {
    violations.push({ field, value: JSON.stringify(value.slice(0, 100)), limit });
  };
  for (const name of requiredAttributes) {
    if (event[name] === "") refuse(name, "", "a text of at least one character");
  }
  for (const name of optionalAttributes) {
    if (event[name] === "") refuse(name, "", "a text of at least one character, or absent");
  }
  // It travels as a header that is not encoded: a line break in it would be another header.
  if (event.datacontenttype && !/^[\x20-\x7e]+$/.test(event.datacontenttype)) {
    refuse("datacontenttype", event.datacontenttype, "a media type in printable ASCII");
  }
  for (const name of Object.keys(event.extensions)) {
    if (!/^[a-z0-9]+$/.test(name)) refuse("extensions", name, "named in lower-case letters and digits");
    else if (!isExtension(name)) refuse("extensions", name, "a name that is no attribute of the core");
  }
  if (violations.length > 0) throw new InvalidArgumentError(violations.slice(0, 20));
  return event;
}
