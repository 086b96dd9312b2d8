import type { AppendCondition, EventQueryItem } from "@leftfold/core";
import { plainArray, textArray } from "./array-literal.ts";
import type { StatementValues } from "./statement-values.ts";
import { hasAlso, hasTag } from "./tag-sql.ts";

/** A condition that is looked up, and its place among those wanted. */
export interface WantedMatch {
  readonly condition: AppendCondition;
  readonly place: number;
  /** The first global nonce that it speaks of. */
  readonly from: bigint;
}

/** An item that the index on tags answers by itself. */
interface TaggedItem extends EventQueryItem {
  readonly tags: readonly [string, ...string[]];
}

/** Whether every item of a condition names a tag, and nothing that the index on tags does not hold. */
export function isTagged({ failIfMatches }: AppendCondition): boolean {
  return failIfMatches.anyOf.every(isTaggedItem);
}

function isTaggedItem(item: EventQueryItem): item is TaggedItem {
  const { tags = [], aggregateTypes = [], aggregateIdPrefix = "" } = item;
  return tags.length > 0 && aggregateTypes.length === 0 && aggregateIdPrefix === "";
}

/**
 * SQL for the first match of each item of tagged conditions: its condition's place, and its global nonce or null. One text for any
 * number of conditions and items, so that it is planned once; there is just one way to look up a tag. Agrees with core's `matches`.
 */
export function taggedMatches(
  schema: string,
  wanted: readonly WantedMatch[],
  tenant: string,
  values: StatementValues,
): string {
  const items = wanted.flatMap(({ condition, place, from }) =>
    condition.failIfMatches.anyOf.filter(isTaggedItem).map((item) => ({ ...item, place, from })),
  );
  const further = items.map(({ tags: [first, ...others] }) => others.filter((tag) => tag !== first));
  const columns = [
    `${values.add(plainArray(items.map(({ place }) => place)))}::bigint[]`,
    `${values.add(plainArray(items.map(({ from }) => from)))}::bigint[]`,
    `${values.add(textArray(items.map(({ tags }) => tags[0])))}::text[]`,
    `${values.add(arrays(further))}::text[]`,
    `${values.add(arrays(items.map(({ eventTypes = [] }) => eventTypes)))}::text[]`,
  ];
  return (
    `select 'match', w.place, (select m.global_nonce from ${schema}.event_tags m where ${hasTag("m", tenant, "w.tag")} ` +
    "and m.global_nonce >= w.nonce and (w.types is null or m.event_type = any(w.types)) " +
    `and (w.further is null or ${hasAlso("m", schema, tenant, "w.further")}) ` +
    "order by m.global_nonce limit 1)::text, null, null from (select place, nonce, tag, further::text[], types::text[] " +
    // Arrays in arrays are of one length in PostgreSQL. `offset 0`: their text is read once, not for each event looked at.
    `from unnest(${columns.join(", ")}) as i(place, nonce, tag, further, types) offset 0) w`
  );
}

/** An array of arrays' texts; null for one that is empty. */
function arrays(names: readonly (readonly string[])[]): string {
  const texts = names.map((each) => (each.length === 0 ? null : textArray([...new Set(each)])));
  return `{${JSON.stringify(texts).slice(1, -1)}}`;
}
