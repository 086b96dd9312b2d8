import { type EventStore, noStream, type RecordedEvent } from "@leftfold/core";
import type { Database } from "../postgres/database.ts";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { tenantId } from "../workload/tenant.ts";
import { aggregatesOf, eventsPerAggregate, grownAggregateId, grownTag, requestOf } from "./grown-log.ts";

/**
 * Looks at a log that was filled through the store: its head, its newest page, a stream, the events of a tag, an id that is
 * taken, and an append that is repeated.
 *
 * @throws when the store does not find what it would find had it written all of it.
 */
export async function verifyLog(
  { sql }: Database,
  schema: string,
  store: EventStore,
  events: number,
): Promise<void> {
  const aggregates = aggregatesOf(events);
  const newest = await all(store.readAll({ direction: "backwards", maxCount: 100 }));
  const aggregate = (events - 1) % aggregates;
  const ofStream = await all(store.readStream({ aggregateType, aggregateId: grownAggregateId(aggregate) }));
  const tags = [grownTag(aggregate)];
  const ofTag = await all(store.readAll({ query: { anyOf: [{ tags }] } }));
  const last = newest[0];
  const newestDense = newest.every(({ globalNonce }, i) => globalNonce === BigInt(events - i));
  expectSame("head", await store.head(), BigInt(events));
  expectSame("newest page", newestDense && newest.length, Math.min(100, events));
  expectSame("length of a stream", ofStream.length, Math.min(eventsPerAggregate, events));
  expectSame("end of a stream", ofStream.at(-1)?.aggregateNonce, BigInt(ofStream.length));
  expectSame("events of a tag", ofTag.map(idOf).join(), ofStream.map(idOf).join());
  expectSame("last of a tag", last && idOf(last), ofTag.map(idOf).at(-1));
  await verifyKeys(sql, schema, store, last!);
}

async function verifyKeys(
  sql: Database["sql"],
  schema: string,
  store: EventStore,
  last: RecordedEvent,
): Promise<void> {
  const [row] = await sql.unsafe<{ key: string }[]>(
    `select key from "${schema}".idempotency where tenant_id = $1 order by key desc limit 1`,
    [tenantId],
  );
  const repeated = await store.append({ appends: requestOf(last), idempotencyKey: row?.key ?? "none" });
  expectSame("answer to a repeated append", repeated.replayed && repeated.lastGlobalNonce, last.globalNonce);
  const { eventId, eventType, contentType, payload } = last;
  const taken = { eventId, eventType, contentType, payload };
  const again = store.append({
    appends: [{ aggregateType, aggregateId: "taken", expected: noStream, events: [taken] }],
  });
  expectSame(
    "answer to an id that is taken",
    await again.then(String, ({ code }) => code),
    "duplicate-event-id",
  );
}

function expectSame(what: string, found: unknown, expected: unknown): void {
  if (found !== expected) throw new Error(`The ${what} of a filled log is ${found} instead of ${expected}.`);
}

function idOf({ eventId }: RecordedEvent): string {
  return eventId;
}

async function all(events: AsyncIterable<RecordedEvent>): Promise<RecordedEvent[]> {
  const found: RecordedEvent[] = [];
  for await (const event of events) found.push(event);
  return found;
}
