import type { AppendRequest } from "./append.ts";
import type { ProposedEvent } from "./event.ts";
import { pinnedNonce } from "./expected-nonce.ts";

/** A hash that takes an append's content piece by piece, such as Node's `createHash("sha256")`. */
export interface ContentHash {
  update(piece: string | Uint8Array): unknown;
}

const none: readonly never[] = Object.freeze([]);

/**
 * Feeds a hash with all that makes two appends the same, the idempotency key left out: whatever a default
 * fills in counts as if it had been given. A backend keeps the hash beside the key, to tell a repetition from
 * a mix-up.
 *
 * The description states each payload's length, so that no two contents give the same sequence of bytes.
 */
export function feedContent(hash: ContentHash, { appends, conditions }: AppendRequest): void {
  const description = appends.map(({ aggregateType, aggregateId, expected, events }) => [
    aggregateType,
    aggregateId,
    pinnedNonce(expected)?.toString() ?? expected.kind,
    events.map(describeEvent),
  ]);
  const boundaries = conditions?.map(({ failIfMatches, after = 0n }) => [
    after.toString(),
    failIfMatches.anyOf.map(({ eventTypes = [], aggregateTypes = [], aggregateIdPrefix = "", tags = [] }) => [
      eventTypes,
      aggregateTypes,
      aggregateIdPrefix,
      tags,
    ]),
  ]);
  hash.update(JSON.stringify([description, boundaries ?? none]));
  for (const { events } of appends) for (const { payload } of events) hash.update(payload);
}

function describeEvent(event: ProposedEvent): unknown[] {
  const { metadata } = event;
  return [
    event.eventType,
    event.payload.byteLength,
    event.contentType,
    event.eventId ?? null,
    event.eventVersion ?? 1,
    event.tags ?? none,
    event.occurredAt?.getTime() ?? null,
    event.correlationId ?? null,
    event.causationId ?? null,
    event.actorId ?? null,
    metadata === undefined
      ? none
      : Object.keys(metadata)
          .sort()
          .map((key) => [key, metadata[key]]),
  ];
}
