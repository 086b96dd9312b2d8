import { pinnedNonce } from "@leftfold/core";
import type { KnownLog } from "./known-log.ts";
import type { WantedFacts } from "./load-facts.ts";
import type { PendingAppend } from "./pending-append.ts";

/**
 * What has to be loaded before these appends can be decided; undefined when nothing has.
 *
 * An append that is not to be verified rests on assumptions where the database would catch an error anyway: that its
 * idempotency key and its event ids are new and, when `assumeNew`, that an aggregate expected to have no events has none.
 */
export function wantedFacts(
  tenantId: string,
  log: KnownLog,
  taken: readonly PendingAppend[],
  assumeNew: boolean,
): WantedFacts | undefined {
  const aggregates = new Map<string, { aggregateType: string; aggregateId: string }>();
  const keys = new Set<string>();
  const eventIds = new Set<string>();
  const conditions = [];
  for (const { append, verify } of taken) {
    for (const aggregate of append.appends) {
      const { aggregateType, aggregateId, expected, events } = aggregate;
      // Only a first event that is written can collide with the one that is there.
      if (assumeNew && !verify && pinnedNonce(expected) === 0n && events.length > 0) continue;
      if (log.knowsAggregate(aggregate)) continue;
      aggregates.set(`${aggregateType}\n${aggregateId}`, { aggregateType, aggregateId });
    }
    for (const condition of append.conditions ?? [])
      if (!log.coversCondition(condition)) conditions.push(condition);
    if (!verify) continue;
    if (append.idempotencyKey !== undefined && !log.keyUse(append.idempotencyKey))
      keys.add(append.idempotencyKey);
    for (const { events } of append.appends)
      for (const { eventId } of events) if (eventId) eventIds.add(eventId);
  }
  const wanted = {
    tenantId,
    head: !log.isKnown,
    aggregates: [...aggregates.values()],
    keys: [...keys],
    eventIds: [...eventIds],
    conditions,
  };
  const isNothing =
    log.isKnown && aggregates.size === 0 && keys.size === 0 && eventIds.size === 0 && conditions.length === 0;
  return isNothing ? undefined : wanted;
}
