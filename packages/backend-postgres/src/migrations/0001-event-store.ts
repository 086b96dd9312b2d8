/**
 * The event store's tables. `schema` is a quoted identifier.
 *
 * Names are compared byte by byte, whatever the database's collation: it is faster, and an upgrade of the operating system's
 * collations cannot break the indexes that keep names unique.
 */
export const eventStore = (schema: string): string => `
create table ${schema}.tenants (
  tenant_id   text collate "C" primary key,
  head        bigint      not null default 0 check (head >= 0),
  stamp       uuid        not null default gen_random_uuid(),
  recorded_at timestamptz not null default 'epoch',
  created_at  timestamptz not null default now()
) with (fillfactor = 50);
comment on table ${schema}.tenants is 'One row per tenant. The row is the fence of its log: whoever moves the head has appended.';
comment on column ${schema}.tenants.head is 'The global nonce of the last event; 0 for an empty log.';
comment on column ${schema}.tenants.stamp is 'Drawn by whoever moved the head: tells two logs of equal length apart.';
comment on column ${schema}.tenants.recorded_at is 'When the last event was recorded; recording times never go back.';

create table ${schema}.events (
  tenant_id       text collate "C" not null,
  global_nonce    bigint      not null check (global_nonce > 0),
  aggregate_type  text collate "C" not null,
  aggregate_id    text collate "C" not null,
  aggregate_nonce bigint      not null check (aggregate_nonce > 0),
  event_id        uuid        not null,
  event_type      text collate "C" not null,
  recorded_at     timestamptz not null,
  envelope        bytea       not null,
  payload         bytea       not null,
  primary key (tenant_id, global_nonce),
  constraint events_aggregate_nonce unique (tenant_id, aggregate_type, aggregate_id, aggregate_nonce),
  constraint events_event_id unique (tenant_id, event_id)
);
create index events_event_type on ${schema}.events (tenant_id, event_type, global_nonce);
-- Payloads are often compressed or encrypted already; what is large goes out of line as it is.
alter table ${schema}.events alter column payload set storage external;
comment on table ${schema}.events is 'The logs. Read a payload with convert_from(payload, ''UTF8'').';
comment on column ${schema}.events.envelope is
  'The event as a protobuf message, leftfold.eventstore.v1.RecordedEvent, up to its payload: envelope || payload is the whole.';

create table ${schema}.event_tags (
  tenant_id    text collate "C" not null,
  tag          text collate "C" not null,
  global_nonce bigint not null,
  event_type   text collate "C" not null
);
-- Tags of a log come in any order, and each goes to a page of its own: what counts is how many pages there are. Hashes of 32 bits
-- and stretches of 256 nonces make an entry as small as PostgreSQL has any; the row tells whether it is the tag itself.
create index event_tags_hash on ${schema}.event_tags
  ((hashtext(tag) # hashtext(tenant_id)), (least(global_nonce / 256, 2147483647)::int));
comment on table ${schema}.event_tags is
  'Which events have a tag. Is looked up by (hashtext(tag) # hashtext(tenant_id)) beside tenant_id and tag.';

create table ${schema}.idempotency (
  tenant_id          text collate "C" not null,
  key                text collate "C" not null,
  fingerprint        bytea       not null,
  first_global_nonce bigint      not null,
  last_global_nonce  bigint      not null,
  aggregate_nonces   bigint[]    not null,
  created_at         timestamptz not null default now(),
  primary key (tenant_id, key)
);
comment on table ${schema}.idempotency is 'The result of every append that had an idempotency key.';

create function ${schema}.refuse_change() returns trigger language plpgsql as $$
begin
  raise exception '% of % is refused: events are immutable', tg_op, tg_table_name using errcode = 'integrity_constraint_violation';
end $$;
create trigger events_immutable before update or delete or truncate on ${schema}.events
  for each statement execute function ${schema}.refuse_change();
create trigger event_tags_immutable before update or delete or truncate on ${schema}.event_tags
  for each statement execute function ${schema}.refuse_change();
`;
