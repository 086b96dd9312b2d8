import { type AppendCondition, type EventQuery, type KeyUse, nonceMax } from "@leftfold/core";
import type { Sql, TransactionSql } from "postgres";
import { plainArray, textArray } from "./array-literal.ts";
import { matchingNonces } from "./query-sql.ts";
import { literals, Parameters, type StatementValues } from "./statement-values.ts";
import { isTagged, itemNonces, itemTable, type TaggedItem } from "./tagged-items.ts";

/** What a decision needs that is not known yet. */
export interface WantedFacts {
  readonly tenantId: string;
  readonly head: boolean;
  readonly aggregates: readonly { aggregateType: string; aggregateId: string }[];
  readonly keys: readonly string[];
  readonly eventIds: readonly string[];
  readonly conditions: readonly AppendCondition[];
}

/** Where a tenant's log ends. */
export interface KnownHead {
  readonly nonce: bigint;
  /** A UUID drawn by whoever moved the head there: two logs of equal length are told apart by it. */
  readonly stamp: string;
  /** When the last event was recorded, in milliseconds since 1970. */
  readonly recordedAtMs: number;
}

/** What was found: all of one snapshot. */
export interface LoadedFacts {
  /** Absent when it was not wanted, and when the tenant has no row yet. */
  readonly head?: KnownHead;
  /** In the order of what was wanted. */
  readonly aggregateNonces: readonly bigint[];
  /** The keys that were used. The results have no aggregates yet: `aggregateNonces` are those of the append's, in order. */
  readonly keyUses: ReadonlyMap<string, StoredKeyUse>;
  /** Those that exist. */
  readonly eventIds: ReadonlySet<string>;
  /** The first match of each condition, in the order of what was wanted. */
  readonly matches: readonly (bigint | undefined)[];
}

export interface StoredKeyUse extends Pick<KeyUse, "fingerprint"> {
  readonly firstGlobalNonce: bigint;
  readonly lastGlobalNonce: bigint;
  readonly aggregateNonces: readonly bigint[];
}

interface FactRow {
  readonly kind: "head" | "aggregate" | "key" | "event" | "match";
  readonly place: string;
  readonly a: string | null;
  readonly b: string | null;
  readonly c: string | null;
}

/** A condition's query that is looked for, the condition's place among those wanted, and the first global nonce to look at. */
interface WantedMatch {
  readonly query: EventQuery;
  readonly place: number;
  readonly from: bigint;
}

/** The same for a single item of it. */
interface WantedItem extends Omit<WantedMatch, "query"> {
  readonly item: TaggedItem;
}

/** What a statement may be made of. */
const itemsMax = 200;

/**
 * Loads all that is wanted, in one round trip and one snapshot unless the conditions are too many for one statement. Those of
 * the further statements are at least as new as the head; whatever is newer than it makes the fence fail.
 */
export async function loadFacts(
  sql: Sql | TransactionSql,
  schema: string,
  wanted: WantedFacts,
): Promise<LoadedFacts> {
  const rows: FactRow[] = [];
  const tagged: WantedItem[] = [];
  const others: WantedMatch[] = [];
  for (const [place, { failIfMatches: query, after = 0n }] of wanted.conditions.entries()) {
    const from = after < nonceMax ? after + 1n : nonceMax;
    if (isTagged(query)) tagged.push(...query.anyOf.map((item) => ({ item, place, from })));
    else others.push({ query, place, from });
  }
  // Only their SQL varies without bound; everything else is worth preparing.
  const prepare = others.length === 0;
  let next = 0;
  do {
    const parameters = new Parameters();
    // Values in the text, so that a plan fits them: one with places for them is made for any.
    const values = prepare ? parameters : literals;
    const tenant = values.add(wanted.tenantId);
    const parts = [noFacts];
    if (next === 0) {
      parts.push(...factParts(schema, wanted, tenant, values));
      if (tagged.length > 0) parts.push(taggedMatches(schema, tagged, tenant, values));
    }
    for (let items = 0; next < others.length && items < itemsMax; next++) {
      parts.push(matchPart(schema, others[next]!, tenant, values));
      items += others[next]!.query.anyOf.length;
    }
    rows.push(...(await sql.unsafe<FactRow[]>(parts.join(" union all "), parameters.list, { prepare })));
  } while (next < others.length);
  return readFacts(wanted, rows);
}

/** Names and types the columns. */
const noFacts =
  "select null::text as kind, 0::bigint as place, null::text as a, null::text as b, null::text as c where false";

function factParts(schema: string, wanted: WantedFacts, tenant: string, values: StatementValues): string[] {
  const parts: string[] = [];
  if (wanted.head) {
    parts.push(
      "select 'head', 0, head::text, stamp::text, (extract(epoch from recorded_at) * 1000)::bigint::text " +
        `from ${schema}.tenants where tenant_id = ${tenant}`,
    );
  }
  if (wanted.aggregates.length > 0) {
    const types = values.add(textArray(wanted.aggregates.map(({ aggregateType }) => aggregateType)));
    const ids = values.add(textArray(wanted.aggregates.map(({ aggregateId }) => aggregateId)));
    parts.push(
      `select 'aggregate', w.n, (select e.aggregate_nonce from ${schema}.events e where e.tenant_id = ${tenant} ` +
        "and e.aggregate_type = w.t and e.aggregate_id = w.i order by e.aggregate_nonce desc limit 1)::text, null, null " +
        `from unnest(${types}::text[], ${ids}::text[]) with ordinality as w(t, i, n)`,
    );
  }
  if (wanted.keys.length > 0) {
    parts.push(
      "select 'key', 0, key, encode(fingerprint, 'hex'), first_global_nonce || ',' || last_global_nonce || ',' || " +
        `array_to_string(aggregate_nonces, ',') from ${schema}.idempotency where tenant_id = ${tenant} ` +
        `and key = any(${values.add(textArray(wanted.keys))}::text[])`,
    );
  }
  if (wanted.eventIds.length > 0) {
    parts.push(
      `select 'event', 0, event_id::text, null, null from ${schema}.events where tenant_id = ${tenant} ` +
        `and event_id = any(${values.add(plainArray(wanted.eventIds))}::uuid[])`,
    );
  }
  return parts;
}

/** The first match of each item, or null: of several of a condition, the earliest counts. */
function taggedMatches(
  schema: string,
  wanted: readonly WantedItem[],
  tenant: string,
  values: StatementValues,
): string {
  const numbers = { place: wanted.map(({ place }) => place), nonce: wanted.map(({ from }) => from) };
  const items = itemTable(
    wanted.map(({ item }) => item),
    numbers,
    values,
  );
  const first = itemNonces({ ...firstMatch, schema, tenant, from: "w.nonce" });
  return `select 'match', w.place, (${first})::text, null, null from ${items}`;
}

function matchPart(
  schema: string,
  { query, place, from }: WantedMatch,
  tenant: string,
  values: StatementValues,
): string {
  const range = { ...firstMatch, schema, tenant, from: `${values.add(from)}::bigint` };
  const nonces = matchingNonces(query, range, values);
  return `select 'match', ${place}, m.global_nonce::text, null, null from (${nonces}) m`;
}

const firstMatch = { to: nonceMax.toString(), order: "asc", limit: "1" } as const;

function readFacts(wanted: WantedFacts, rows: readonly FactRow[]): LoadedFacts {
  let head: KnownHead | undefined;
  const aggregateNonces = wanted.aggregates.map(() => 0n);
  const keyUses = new Map<string, StoredKeyUse>();
  const eventIds = new Set<string>();
  const matches: (bigint | undefined)[] = wanted.conditions.map(() => undefined);
  for (const { kind, place, a, b, c } of rows) {
    switch (kind) {
      case "head":
        head = { nonce: BigInt(a!), stamp: b!, recordedAtMs: Number(c) };
        break;
      case "aggregate":
        if (a !== null) aggregateNonces[Number(place) - 1] = BigInt(a);
        break;
      case "key":
        keyUses.set(a!, readKeyUse(b!, c!));
        break;
      case "event":
        eventIds.add(a!);
        break;
      case "match":
        if (a !== null) matches[Number(place)] = earlier(matches[Number(place)], BigInt(a));
        break;
    }
  }
  return { ...(head && { head }), aggregateNonces, keyUses, eventIds, matches };
}

function earlier(one: bigint | undefined, other: bigint): bigint {
  return one === undefined || other < one ? other : one;
}

function readKeyUse(fingerprint: string, nonces: string): StoredKeyUse {
  const [firstGlobalNonce, lastGlobalNonce, ...aggregateNonces] = nonces.split(",").map(BigInt);
  return {
    fingerprint,
    firstGlobalNonce: firstGlobalNonce!,
    lastGlobalNonce: lastGlobalNonce!,
    aggregateNonces,
  };
}
