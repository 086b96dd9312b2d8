import type { Sql } from "postgres";

interface Definition {
  readonly drop: string;
  readonly create: string;
}

/**
 * Takes the indexes of these tables away, primary keys and unique constraints too, and gives what makes them anew: a table is
 * filled several times as fast without them, and indexes that are built at once are built by sorting.
 */
export async function withoutIndexes(
  sql: Sql,
  schema: string,
  tables: readonly string[],
): Promise<readonly string[]> {
  const definitions = await sql<Definition[]>`
    select
      case when c.oid is null then format('drop index %s', i.indexrelid::regclass)
        else format('alter table %s drop constraint %I', i.indrelid::regclass, coalesce(c.conname, '')) end as drop,
      case when c.oid is null then pg_get_indexdef(i.indexrelid)
        else format('alter table %s add constraint %I %s', i.indrelid::regclass, coalesce(c.conname, ''),
          pg_get_constraintdef(c.oid)) end as create
    from pg_index i join pg_class t on t.oid = i.indrelid
      left join pg_constraint c on c.conindid = i.indexrelid
    where t.relnamespace = ${schema}::regnamespace and t.relname = any(${[...tables]})
    order by i.indrelid, i.indexrelid`;
  for (const { drop } of definitions) await sql.unsafe(drop);
  return definitions.map(({ create }) => create);
}
