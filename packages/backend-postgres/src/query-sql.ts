import type { EventQuery, EventQueryItem } from "@leftfold/core";
import { textArray } from "./array-literal.ts";
import type { StatementValues } from "./statement-values.ts";
import { hasAlso, hasTag, isTagged, itemTable, type NonceRange, taggedNonces } from "./tagged-items.ts";

/**
 * SQL for the global nonces that match a query, in order. Each item is looked up by itself, through the index that serves it,
 * and never gives more than the limit: what is read does not grow with the log. Agrees with core's `matches`.
 */
export function matchingNonces(query: EventQuery, range: NonceRange, values: StatementValues): string {
  if (isTagged(query)) {
    const nonces = taggedNonces(range);
    return (
      `select distinct n.global_nonce from ${itemTable(query.anyOf, {}, values)} cross join lateral (${nonces}) n ` +
      `order by n.global_nonce ${range.order} limit ${range.limit}`
    );
  }
  const items = query.anyOf.map((item) => `(${itemNonces(item, range, values)})`);
  if (items.length === 1) return items[0]!.slice(1, -1);
  return `${items.join(" union ")} order by global_nonce ${range.order} limit ${range.limit}`;
}

function itemNonces(item: EventQueryItem, range: NonceRange, values: StatementValues): string {
  const [tag, ...furtherTags] = item.tags ?? [];
  const { schema, tenant, from, to, order, limit } = range;
  const tail = `order by m.global_nonce ${order} limit ${limit}`;
  const stretch = `m.global_nonce between ${from} and ${to}`;
  const ofTypes = isGiven(item.eventTypes)
    ? ` and m.event_type = any(${values.add(textArray(item.eventTypes))}::text[])`
    : "";
  if (tag === undefined) {
    const where = `m.tenant_id = ${tenant} and ${stretch}${ofTypes}${aggregateCriteria("m", item, values)}`;
    return `select m.global_nonce from ${schema}.events m where ${where} ${tail}`;
  }
  const tagged = hasTag("m", tenant, values.add(tag));
  const further = [...new Set(furtherTags)].filter((other) => other !== tag);
  const alsoTagged =
    further.length === 0
      ? ""
      : ` and ${hasAlso("m", schema, tenant, `${values.add(textArray(further))}::text[]`)}`;
  const criteria = aggregateCriteria("e", item, values);
  const ofAggregate = criteria
    ? ` and exists (select from ${schema}.events e where e.tenant_id = ${tenant} ` +
      `and e.global_nonce = m.global_nonce${criteria})`
    : "";
  const where = `${tagged} and ${stretch}${ofTypes}${alsoTagged}${ofAggregate}`;
  return `select m.global_nonce from ${schema}.event_tags m where ${where} ${tail}`;
}

function aggregateCriteria(alias: string, item: EventQueryItem, values: StatementValues): string {
  const ofTypes = isGiven(item.aggregateTypes)
    ? ` and ${alias}.aggregate_type = any(${values.add(textArray(item.aggregateTypes))}::text[])`
    : "";
  const prefixed = item.aggregateIdPrefix
    ? ` and starts_with(${alias}.aggregate_id, ${values.add(item.aggregateIdPrefix)})`
    : "";
  return ofTypes + prefixed;
}

function isGiven(names: readonly string[] | undefined): names is readonly string[] {
  return names !== undefined && names.length > 0;
}
