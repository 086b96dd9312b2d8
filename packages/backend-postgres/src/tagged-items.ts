import type { EventQuery, EventQueryItem } from "@leftfold/core";
import { plainArray, textArray } from "./array-literal.ts";
import type { StatementValues } from "./statement-values.ts";

/** A stretch of a log, as SQL expressions; both ends are inclusive. */
export interface NonceRange {
  readonly schema: string;
  readonly tenant: string;
  readonly from: string;
  readonly to: string;
  readonly order: "asc" | "desc";
  /** How many nonces are wanted at most. */
  readonly limit: string;
}

/** An item that the index on tags answers by itself. */
export interface TaggedItem extends EventQueryItem {
  readonly tags: readonly [string, ...string[]];
}

export interface TaggedQuery extends EventQuery {
  readonly anyOf: readonly TaggedItem[];
}

/** Whether every item of a query names a tag, and nothing that the index on tags does not hold. */
export function isTagged(query: EventQuery): query is TaggedQuery {
  return query.anyOf.every(isTaggedItem);
}

function isTaggedItem({ tags = [], aggregateTypes = [], aggregateIdPrefix = "" }: EventQueryItem): boolean {
  return tags.length > 0 && aggregateTypes.length === 0 && aggregateIdPrefix === "";
}

/**
 * SQL for a table of items, one row each, with further columns of numbers. It is the same for any number of items, and there is just
 * one way to look up a tag: what is made of it can be planned once.
 *
 * @returns something to select from, under the name `w`: for {@link taggedNonces}.
 */
export function itemTable(
  items: readonly TaggedItem[],
  numbers: Readonly<Record<string, readonly (number | bigint)[]>>,
  values: StatementValues,
): string {
  const further = items.map(({ tags: [tag, ...others] }) => others.filter((other) => other !== tag));
  const columns = [
    ...Object.values(numbers).map((column) => `${values.add(plainArray(column))}::bigint[]`),
    `${values.add(textArray(items.map(({ tags }) => tags[0])))}::text[]`,
    `${values.add(arraysArray(further))}::text[]`,
    `${values.add(arraysArray(items.map(({ eventTypes = [] }) => eventTypes)))}::text[]`,
  ];
  const names = [...Object.keys(numbers), "tag"].join(", ");
  return (
    // Arrays in arrays are of one length in PostgreSQL. `offset 0`: their text is read once, not for each event looked at.
    `(select ${names}, further::text[], types::text[] from unnest(${columns.join(", ")}) ` +
    `as i(${names}, further, types) offset 0) w`
  );
}

/** An array of arrays' texts; null for one that is empty. */
function arraysArray(arrays: readonly (readonly string[])[]): string {
  const texts = arrays.map((names) => (names.length === 0 ? null : textArray([...new Set(names)])));
  return `{${JSON.stringify(texts).slice(1, -1)}}`;
}

/** SQL for the global nonces that match the item `w`, in order. Agrees with core's `matches`. */
export function itemNonces(range: NonceRange): string {
  const { schema, tenant } = range;
  return taggedNonces(
    range,
    "w.tag",
    "(w.types is null or m.event_type = any(w.types)) " +
      `and (w.further is null or ${hasAlso("m", schema, tenant, "w.further")})`,
  );
}

/**
 * SQL for the global nonces of the events that have a tag and meet the criteria, in order.
 *
 * @param tag an expression.
 * @param criteria a condition on `m`, a row of `event_tags`.
 */
export function taggedNonces(range: NonceRange, tag: string, criteria: string): string {
  const { schema, tenant, from, to, order, limit } = range;
  const stretch = stretchOf("m.global_nonce");
  return (
    // Whole stretches, as the index has them in order: however many events have the tag, just the first ones are sorted.
    `select n.global_nonce from (select m.global_nonce from ${schema}.event_tags m where ${hasTag("m", tenant, tag)} ` +
    `and ${stretch} between ${stretchOf(from)} and ${stretchOf(to)} and m.global_nonce between ${from} and ${to} ` +
    `and ${criteria} order by ${stretch} ${order} fetch first (${limit}) rows with ties) n ` +
    `order by n.global_nonce ${order} limit ${limit}`
  );
}

/** SQL that holds for a row of `event_tags` with this tag. The index knows tags by their hash; different ones may share it. */
function hasTag(row: string, tenant: string, tag: string): string {
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
    `and ${stretchOf("f.global_nonce")} = ${stretchOf(`${row}.global_nonce`)} ` +
    `and f.global_nonce = ${row}.global_nonce) = cardinality(${tags})`
  );
}

/** As the index has it. */
function hashOf(tenant: string, tag: string): string {
  return `(hashtext(${tag}) # hashtext(${tenant}))`;
}

/** As the index has it. */
function stretchOf(globalNonce: string): string {
  return `least(${globalNonce} / 256, 2147483647)::int`;
}
