import type { RecordedEvent } from "@leftfold/core";
import { labelOf } from "./storm-ledger.ts";

/** What makes an event the same for two who saw it, as text. */
export function identityOf(event: RecordedEvent): string {
  const { globalNonce, aggregateId, aggregateNonce, eventId, recordedAt } = event;
  const time = recordedAt.toISOString();
  return [globalNonce, aggregateId, aggregateNonce, eventId, time, labelOf(event)].join(" ");
}
