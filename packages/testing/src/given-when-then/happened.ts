import type { RecordedEvent } from "@leftfold/core";
import type { AggregateRef, AnyEventSource, EmittedOf, EventSchemas } from "@leftfold/event-sourcing";
import { aRecordedEvent } from "../builders/recorded-event.ts";

/** Events of one aggregate, in order. */
export interface History {
  readonly aggregate: AnyEventSource;
  readonly aggregateId: string;
  readonly events: readonly EmittedOf<EventSchemas>[];
}

/** Says what happened to an aggregate: `happened(Account.ref("ann"), [{ type: "AccountOpened", data: { owner: "Ann" } }])`. */
export function happened<E extends EventSchemas, State>(
  ref: AggregateRef<E, State>,
  events: readonly EmittedOf<NoInfer<E>>[],
): History {
  return { aggregate: ref.aggregate, aggregateId: ref.aggregateId, events };
}

/**
 * Records histories as a store would, one after another: validated, encoded, and numbered from 1. The clock stands still at
 * 1970-01-01 for events that do not say when they occurred.
 *
 * @throws `invalid-event-data` for an event that its definition would not write.
 */
export function recordHistories(histories: readonly History[]): RecordedEvent[] {
  const nonces = new Map<string, bigint>();
  const log: RecordedEvent[] = [];
  for (const { aggregate, aggregateId, events } of histories) {
    const key = JSON.stringify([aggregate.type, aggregateId]);
    for (const event of events) {
      const aggregateNonce = (nonces.get(key) ?? 0n) + 1n;
      nonces.set(key, aggregateNonce);
      const {
        eventType,
        eventVersion = 1,
        contentType,
        payload,
        tags = [],
        occurredAt = new Date(0),
      } = aggregate.encode(event, aggregateId);
      const place = { aggregateType: aggregate.type, aggregateId, aggregateNonce };
      const globalNonce = BigInt(log.length + 1);
      log.push(
        aRecordedEvent({
          ...place,
          globalNonce,
          eventType,
          eventVersion,
          contentType,
          payload,
          tags,
          occurredAt,
        }),
      );
    }
  }
  return log;
}
