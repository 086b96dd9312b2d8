import type { Sql } from "postgres";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { contentType, eventType, payload } from "../workload/deposit.ts";
import { type LogShape, readEvent } from "../workload/read-log.ts";
import { tenantId } from "../workload/tenant.ts";

/** The fields of a recorded event, a column each: how an event's table usually looks. */
export const columns: string =
  "tenant_id, global_nonce, aggregate_type, aggregate_id, aggregate_nonce, event_id, event_type, " +
  "event_version, content_type, occurred_at, recorded_at, tags, correlation_id, causation_id, actor_id, " +
  "metadata, payload";

/** A table of the same events as {@link writeLog} writes, with the two indexes that reads need. */
export async function createColumnTable(sql: Sql, schema: string, shape: LogShape): Promise<void> {
  await sql.unsafe(`
    create schema "${schema}";
    create table "${schema}".events (
      tenant_id text not null, global_nonce bigint not null, aggregate_type text not null,
      aggregate_id text not null, aggregate_nonce bigint not null, event_id uuid not null,
      event_type text not null, event_version int not null, content_type text not null,
      occurred_at timestamptz not null, recorded_at timestamptz not null,
      tags text[] not null, correlation_id text, causation_id text, actor_id text, metadata jsonb not null,
      payload bytea not null, primary key (tenant_id, global_nonce),
      unique (tenant_id, aggregate_type, aggregate_id, aggregate_nonce)
    )`);
  const { occurredAt, tags, correlationId, causationId, actorId, metadata } = readEvent;
  const events = sql(`${schema}.events`);
  await sql`
    insert into ${events}
    select ${tenantId}, n + 1, ${aggregateType}, 'account-' || (n % ${shape.aggregates}::int),
      n / ${shape.aggregates}::int + 1,
      gen_random_uuid(), ${eventType}, 1, ${contentType}, ${occurredAt ?? null}, now(),
      ${[...(tags ?? [])]}::text[],
      ${correlationId ?? null}, ${causationId ?? null}, ${actorId ?? null},
      ${JSON.stringify(metadata)}::text::jsonb, ${payload}
    from generate_series(0, ${shape.aggregates * shape.eventsPerAggregate - 1}::int) as n`;
  await sql.unsafe(`analyze "${schema}".events`);
}
