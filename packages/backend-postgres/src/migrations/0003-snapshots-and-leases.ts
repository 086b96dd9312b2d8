/** What consumers keep beside the log: snapshots and leases. `schema` is a quoted identifier. */
export const snapshotsAndLeases = (schema: string): string => `
create table ${schema}.snapshots (
  tenant_id       text collate "C" not null,
  aggregate_type  text collate "C" not null,
  aggregate_id    text collate "C" not null,
  state_version   bigint      not null check (state_version > 0),
  aggregate_nonce bigint      not null check (aggregate_nonce > 0),
  state           bytea       not null,
  saved_at        timestamptz not null,
  primary key (tenant_id, aggregate_type, aggregate_id)
);
comment on table ${schema}.snapshots is 'The newest snapshot of each aggregate. Rows may be deleted at any time: only speed depends on them.';
comment on column ${schema}.snapshots.state_version is 'The version of the state''s shape.';
comment on column ${schema}.snapshots.aggregate_nonce is 'The nonce of the last event that the state holds.';

create table ${schema}.leases (
  tenant_id   text collate "C" not null,
  name        text collate "C" not null,
  owner       text collate "C" not null,
  token       bigint      not null check (token > 0),
  acquired_at timestamptz not null,
  expires_at  timestamptz not null,
  primary key (tenant_id, name)
) with (fillfactor = 50);
comment on table ${schema}.leases is 'Who does what. Rows are never deleted, so that tokens only grow: a lease that has ended is one that expired.';
comment on column ${schema}.leases.token is 'Grows whenever the lease is taken anew; a renewal keeps it.';
comment on column ${schema}.leases.acquired_at is 'When it was taken or renewed last.';
comment on column ${schema}.leases.expires_at is 'When it ends, or -infinity when it was given up.';
`;
