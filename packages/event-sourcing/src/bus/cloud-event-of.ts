import type { RecordedEvent } from "@leftfold/core";
import type { CloudEvent } from "./cloud-event.ts";

/** What a CloudEvent has that a recorded event does not know. */
export interface CloudEventOptions {
  /**
   * A URI that names your application. `/leftfold/` and the tenant when absent: unique within a deployment.
   */
  readonly source?: string;
  /** The URI of an event's schema; none when absent. */
  readonly dataschema?: (event: RecordedEvent) => string | undefined;
}

/**
 * A recorded event as a CloudEvent. Nothing is lost: `recordedEventOf` gives the same event back.
 *
 * - `id`, `type` and `time` are the event's id, its type and when it occurred; `subject` is the aggregate's
 *   type, a slash, and its id.
 * - `datacontenttype` is the content type when it is a media type, and `application/octet-stream` otherwise.
 * - Extensions: `tenantid`, `aggregatetype`, `aggregateid`, `aggregatenonce`, `globalnonce`, `eventversion`,
 *   `recordedat`; where there are any, `correlationid`, `causationid`, `actorid`, `tags` (a JSON array) and
 *   `metadata` (a JSON object).
 * - A W3C `traceparent` in the metadata, and the `tracestate` beside it, are extensions of their own: those
 *   of Distributed Tracing.
 */
export function cloudEventOf(event: RecordedEvent, options: CloudEventOptions = {}): CloudEvent {
  const dataschema = options.dataschema?.(event);
  const isMediaType = mediaType.test(event.contentType);
  return {
    id: event.eventId,
    source: options.source ?? `/leftfold/${encodeURIComponent(event.tenantId)}`,
    type: event.eventType,
    subject: `${event.aggregateType}/${event.aggregateId}`,
    time: event.occurredAt.toISOString(),
    datacontenttype: isMediaType ? event.contentType : "application/octet-stream",
    ...(dataschema !== undefined && { dataschema }),
    extensions: {
      tenantid: event.tenantId,
      aggregatetype: event.aggregateType,
      aggregateid: event.aggregateId,
      aggregatenonce: String(event.aggregateNonce),
      globalnonce: String(event.globalNonce),
      eventversion: String(event.eventVersion),
      recordedat: event.recordedAt.toISOString(),
      ...(!isMediaType && { contenttype: event.contentType }),
      ...(event.correlationId !== undefined && { correlationid: event.correlationId }),
      ...(event.causationId !== undefined && { causationid: event.causationId }),
      ...(event.actorId !== undefined && { actorid: event.actorId }),
      ...(event.tags.length > 0 && { tags: jsonText(event.tags) }),
      ...metadataExtensions(event.metadata),
    },
    data: event.payload,
  };
}

const mediaType = /^[\w!#$&^.+-]+\/[\w!#$&^.+-]+( *;[\x20-\x7e]*[\x21-\x7e])?$/;
const traceParent = /^[0-9a-f]{2}-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}$/;

function metadataExtensions(metadata: RecordedEvent["metadata"]): Record<string, string> {
  const { traceparent, tracestate, ...others } = metadata;
  // What only looks like a trace must not mislead those who follow traces; it stays where it was.
  if (traceparent === undefined || !traceParent.test(traceparent)) return metadataText(metadata);
  if (tracestate === undefined || tracestate === "") {
    return { traceparent, ...metadataText(tracestate === undefined ? others : { ...others, tracestate }) };
  }
  return { traceparent, tracestate, ...metadataText(others) };
}

function metadataText(metadata: Readonly<Record<string, string>>): Record<string, string> {
  return Object.keys(metadata).length === 0 ? {} : { metadata: jsonText(metadata) };
}

/** JSON without control characters: attributes must not have any, and JSON escapes only some of them. */
function jsonText(value: unknown): string {
  return JSON.stringify(value).replace(
    /[\x7f-\x9f]/g,
    (control) => `\\u00${control.charCodeAt(0).toString(16)}`,
  );
}
