import { type ArgumentViolation, InvalidArgumentError, type RecordedEvent } from "@leftfold/core";
import type { CloudEvent } from "./cloud-event.ts";

/**
 * The recorded event that `cloudEventOf` made a CloudEvent of.
 *
 * @throws `invalid-argument` that names every attribute that is missing or cannot be read: then the event is
 * not one of a Leftfold store, and is to be taken as the CloudEvent that it is.
 */
export function recordedEventOf(event: CloudEvent): RecordedEvent {
  const read = new Extensions(event.extensions);
  const { correlationid, causationid, actorid, traceparent, tracestate } = event.extensions;
  const recorded: RecordedEvent = {
    tenantId: read.text("tenantid"),
    globalNonce: read.nonce("globalnonce"),
    aggregateType: read.text("aggregatetype"),
    aggregateId: read.text("aggregateid"),
    aggregateNonce: read.nonce("aggregatenonce"),
    eventId: event.id,
    eventType: event.type,
    eventVersion: Number(read.nonce("eventversion")),
    contentType: event.extensions["contenttype"] ?? event.datacontenttype ?? "application/octet-stream",
    occurredAt: read.time("time", event.time),
    recordedAt: read.time("recordedat", event.extensions["recordedat"]),
    tags: read.tags(),
    ...(correlationid !== undefined && { correlationId: correlationid }),
    ...(causationid !== undefined && { causationId: causationid }),
    ...(actorid !== undefined && { actorId: actorid }),
    metadata: {
      ...read.metadata(),
      ...(traceparent !== undefined && { traceparent }),
      ...(tracestate !== undefined && { tracestate }),
    },
    payload: event.data,
  };
  read.throwIfRefused();
  return recorded;
}

/** Reads extensions, and notes what is wrong with them. */
class Extensions {
  readonly #values: CloudEvent["extensions"];
  readonly #violations: ArgumentViolation[] = [];

  constructor(values: CloudEvent["extensions"]) {
    this.#values = values;
  }

  text(name: string): string {
    const value = this.#values[name] ?? "";
    if (value === "") this.#refuse(name, this.#values[name], "a text of at least one character");
    return value;
  }

  nonce(name: string): bigint {
    const value = this.#values[name] ?? "";
    if (/^[1-9][0-9]{0,18}$/.test(value)) return BigInt(value);
    this.#refuse(name, this.#values[name], "a whole number from 1");
    return 0n;
  }

  time(name: string, value: string | undefined): Date {
    const time = new Date(value ?? Number.NaN);
    if (Number.isNaN(time.getTime())) this.#refuse(name, value, "a time as in RFC 3339");
    return time;
  }

  tags(): readonly string[] {
    const tags = this.#json("tags", "[]");
    if (Array.isArray(tags) && tags.every((tag) => typeof tag === "string")) return tags;
    this.#refuse("tags", this.#values["tags"], "a JSON array of texts");
    return [];
  }

  metadata(): Readonly<Record<string, string>> {
    const metadata = this.#json("metadata", "{}");
    if (isTextByName(metadata)) return metadata;
    this.#refuse("metadata", this.#values["metadata"], "a JSON object of texts");
    return {};
  }

  throwIfRefused(): void {
    if (this.#violations.length > 0) throw new InvalidArgumentError(this.#violations);
  }

  #json(name: string, absent: string): unknown {
    try {
      return JSON.parse(this.#values[name] ?? absent);
    } catch {
      return undefined;
    }
  }

  #refuse(field: string, value: string | undefined, limit: string): void {
    this.#violations.push({
      field,
      value: value === undefined ? "absent" : JSON.stringify(value.slice(0, 100)),
      limit,
    });
  }
}

function isTextByName(value: unknown): value is Record<string, string> {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.values(value).every((text) => typeof text === "string");
}
