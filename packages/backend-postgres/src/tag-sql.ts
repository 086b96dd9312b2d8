/**
 * SQL that holds for a row of `event_tags` with this tag. The index knows tags by their hash; different ones may share it.
 *
 * @param row the row's alias. Tenant and tag are expressions.
 */
export function hasTag(row: string, tenant: string, tag: string): string {
  return (
    `${row}.tenant_id = ${tenant} and ${row}.tag = ${tag} ` +
    `and ${hashOf(`${row}.tenant_id`, `${row}.tag`)} = ${hashOf(tenant, tag)}`
  );
}

/**
 * SQL that holds for a row of `event_tags` whose event has all of these tags as well.
 *
 * @param tags an expression of different tags.
 */
export function hasAlso(row: string, schema: string, tenant: string, tags: string): string {
  // Counted, since an `exists` for each tag would be a join for each tag, and planning grows faster than anything with those.
  return (
    `(select count(*) from unnest(${tags}) a(tag) join ${schema}.event_tags f on ${hasTag("f", tenant, "a.tag")} ` +
    `and f.global_nonce = ${row}.global_nonce) = cardinality(${tags})`
  );
}

/** As the index has it. */
function hashOf(tenant: string, tag: string): string {
  return `hashtextextended(${tag}, hashtextextended(${tenant}, 0))`;
}
