/**
 * The tables of read models. `schema` is a quoted identifier.
 *
 * One table holds the documents of all read models; each index belongs to one version of one of them, and is partial. What is
 * compared and sorted is a text of a kind and a value, `read_model_sort_key`, so that one index serves values of every kind.
 */
export const readModels = (schema: string): string => `
create table ${schema}.read_models (
  tenant_id text collate "C" not null,
  name      text collate "C" not null,
  version   integer not null check (version > 0),
  paths     text[]  not null,
  primary key (tenant_id, name, version)
);
comment on table ${schema}.read_models is 'Which versions were defined, and by which paths they are looked up.';

create table ${schema}.read_model_documents (
  tenant_id text collate "C" not null,
  name      text collate "C" not null,
  version   integer not null check (version > 0),
  key       text collate "C" not null,
  document  jsonb   not null check (jsonb_typeof(document) = 'object'),
  primary key (tenant_id, name, version, key)
);
comment on table ${schema}.read_model_documents is 'What projections make of the log. Can be made anew from it at any time.';

create table ${schema}.read_model_checkpoints (
  tenant_id text collate "C" not null,
  name      text collate "C" not null,
  version   integer not null check (version > 0),
  partition integer not null check (partition >= 0),
  position  bigint  not null check (position >= 0),
  revision  bigint  not null default 1,
  primary key (tenant_id, name, version, partition)
) with (fillfactor = 50);
comment on table ${schema}.read_model_checkpoints is
  'How far a read model is. The row is the fence of its runners: whoever moves it from where it started has written.';
comment on column ${schema}.read_model_checkpoints.position is 'The last global nonce that is in the read model.';
comment on column ${schema}.read_model_checkpoints.revision is
  'Grows with every commit: tells one that waited for another, and may not see what that one wrote.';

create table ${schema}.read_model_active (
  tenant_id text collate "C" not null,
  name      text collate "C" not null,
  version   integer not null check (version > 0),
  primary key (tenant_id, name)
);
comment on table ${schema}.read_model_active is 'The version of a read model that readers are to use.';

-- Null for no value. Otherwise, to be compared under collation "C": a letter for the kind, in the order of the kinds, and what
-- sorts as the value does. A double's bytes, from the sign on, sort as doubles do when those of negative ones are turned over.
create function ${schema}.read_model_sort_key(value jsonb) returns text
language sql immutable parallel safe
return case jsonb_typeof(value)
  when 'boolean' then case when value::boolean then 'b1' else 'b0' end
  when 'number' then case
    when value::numeric >= 0 then 'n1' || encode(float8send(value::double precision), 'hex')
    else 'n0' || translate(encode(float8send(value::double precision), 'hex'), '0123456789abcdef', 'fedcba9876543210')
  end
  when 'string' then 't' || left(value #>> '{}', 200)
  when 'array' then 'z'
  when 'object' then 'z'
end;
`;
