import type { RecordedEvent } from "@leftfold/core";
import type { EncodedBatch } from "./encoded-batch.ts";
import { fillLength, writeEntry, writeNonce, writePresentText, writeText, writeTime } from "./wire-fields.ts";
import { varint32Size, WireWriter } from "./wire-writer.ts";

/**
 * Encodes events one after another, as elements of `repeated RecordedEvent events = 1`, into a buffer that is kept for the next
 * ones.
 */
export class EventEncoder {
  readonly #writer = new WireWriter();

  /** Begins anew, whatever became of the last time. */
  begin(): void {
    this.#writer.position = 0;
  }

  /**
   * Adds an event, its payload at the end.
   *
   * @returns how many bytes come before the payload's: the length of its {@link encodeEnvelope}.
   * @throws RangeError for what does not fit the wire: a nonce beyond 64 bits, an invalid date.
   */
  add(event: RecordedEvent): number {
    const start = this.#writer.position;
    writeEnvelope(this.#writer, event);
    const envelopeBytes = this.#writer.position - start;
    this.#writer.raw(event.payload);
    return envelopeBytes;
  }

  /** All that was added since the beginning, in place: what is encoded next overwrites it. */
  view(): Uint8Array {
    return this.#writer.view();
  }
}

// Encoding never waits, so one buffer serves all.
const encoder = new EventEncoder();

/**
 * All of one element of `repeated RecordedEvent events = 1` that comes before the payload's bytes: followed
 * by the payload, it is an element. So an envelope can be kept beside its payload, and the two be joined
 * without being looked at.
 *
 * An empty payload is left out, tag and all, as proto3 has it. The bytes are those that any canonical encoder
 * gives.
 */
export function encodeEnvelope(event: RecordedEvent): Uint8Array {
  encoder.begin();
  const envelopeBytes = encoder.add(event);
  return encoder.view().slice(0, envelopeBytes);
}

/** @param events at least one. */
export function encodeEvents(events: readonly RecordedEvent[]): EncodedBatch {
  encoder.begin();
  for (const event of events) encoder.add(event);
  return {
    bytes: encoder.view().slice(),
    count: events.length,
    lastGlobalNonce: events[events.length - 1]?.globalNonce ?? 0n,
  };
}

const typicalEnvelopeBytes = 256;

function writeEnvelope(to: WireWriter, event: RecordedEvent): void {
  const payloadBytes = event.payload.length;
  const gapBytes = varint32Size(payloadBytes + typicalEnvelopeBytes);
  to.reserve(1 + 5);
  to.byte(0x0a);
  to.position += gapBytes;
  const start = to.position;
  writeFields(to, event);
  fillLength(to, start, gapBytes, payloadBytes);
}

/** In the order of their numbers: the payload has the highest, so that its bytes come last. */
function writeFields(to: WireWriter, event: RecordedEvent): void {
  writeText(to, 0x0a, event.tenantId);
  writeNonce(to, 0x10, event.globalNonce);
  writeText(to, 0x1a, event.aggregateType);
  writeText(to, 0x22, event.aggregateId);
  writeNonce(to, 0x28, event.aggregateNonce);
  writeText(to, 0x32, event.eventId);
  writeText(to, 0x3a, event.eventType);
  writeVersion(to, event.eventVersion);
  writeText(to, 0x4a, event.contentType);
  writeTime(to, 0x52, event.occurredAt);
  writeTime(to, 0x5a, event.recordedAt);
  for (const tag of event.tags) writePresentText(to, 0x62, tag);
  if (event.correlationId !== undefined) writePresentText(to, 0x6a, event.correlationId);
  if (event.causationId !== undefined) writePresentText(to, 0x72, event.causationId);
  if (event.actorId !== undefined) writePresentText(to, 0x7a, event.actorId);
  for (const key of Object.keys(event.metadata)) writeEntry(to, 0x82, key, event.metadata[key]!);
  if (event.payload.length === 0) return;
  to.reserve(7);
  to.varint32(0x8a);
  to.varint32(event.payload.length);
}

function writeVersion(to: WireWriter, eventVersion: number): void {
  if (eventVersion === 0) return;
  to.reserve(6);
  to.byte(0x40);
  to.varint32(eventVersion);
}
