import type { EventQuery, EventQueryItem } from "@leftfold/core";
import { textArray } from "./array-literal.ts";
import type { StatementValues } from "./statement-values.ts";
import { hasAlso, isTagged, itemNonces, itemTable, type NonceRange, taggedNonces } from "./tagged-items.ts";

/**
 * SQL for the global nonces that match a query, in order. Each item is looked up by itself, through the index that serves it,
 * and never gives more than the limit: what is read does not grow with the log. Agrees with core's `matches`.
 */
export function matchingNonces(query: EventQuery, range: NonceRange, values: StatementValues): string {
  if (isTagged(query)) {
    const items = itemTable(query.anyOf, {}, values);
    return (
      `select distinct i.global_nonce from ${items} cross join lateral (${itemNonces(range)}) i ` +
      `order by i.global_nonce ${range.order} limit ${range.limit}`
    );
  }
  const items = query.anyOf.map((item) => `(${mixedNonces(item, range, values)})`);
  if (items.length === 1) return items[0]!.slice(1, -1);
  return `${items.join(" union ")} order by global_nonce ${range.order} limit ${range.limit}`;
}

function mixedNonces(item: EventQueryItem, range: NonceRange, values: StatementValues): string {
  const [tag, ...furtherTags] = item.tags ?? [];
  const { schema, tenant, from, to, order, limit } = range;
  const ofTypes = isGiven(item.eventTypes)
    ? ` and m.event_type = any(${values.add(textArray(item.eventTypes))}::text[])`
    : "";
  if (tag === undefined) {
    const stretch = `m.global_nonce between ${from} and ${to}`;
    const where = `m.tenant_id = ${tenant} and ${stretch}${ofTypes}${aggregateCriteria("m", item, values)}`;
    return `select m.global_nonce from ${schema}.events m where ${where} order by m.global_nonce ${order} limit ${limit}`;
  }
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
  return taggedNonces(range, values.add(tag), `true${ofTypes}${alsoTagged}${ofAggregate}`);
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
