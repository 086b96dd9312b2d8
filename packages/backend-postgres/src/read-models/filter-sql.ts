import { firstCharacters, type ReadModelFilter } from "@leftfold/core";
import type { StatementValues } from "../statement-values.ts";
import { sortKeySql, textList, textSql, valueSql } from "./document-sql.ts";
import { isWhole, kindRange, prefixRange, sortKey } from "./sort-key.ts";

type Scalar = string | number | boolean;

/** What a filter's SQL is made with. */
export interface FilterSetting {
  readonly schema: string;
  readonly values: StatementValues;
}

/**
 * SQL that is true for the documents that a filter selects, and false or null for the others: what negates it asks whether it is
 * true. Agrees with core's `matchesFilter`. Everything is a range of sort keys where it can be, since that is what indexes serve.
 */
export function filterSql(filter: ReadModelFilter, setting: FilterSetting): string {
  switch (filter.op) {
    case "and":
    case "or": {
      if (filter.filters.length === 0) return filter.op === "and" ? "true" : "false";
      return `(${filter.filters.map((inner) => filterSql(inner, setting)).join(` ${filter.op} `)})`;
    }
    case "not":
      return `(${filterSql(filter.filter, setting)} is not true)`;
    case "eq":
      return equalsSql(filter.path, filter.value, setting);
    case "ne":
      return `(${equalsSql(filter.path, filter.value, setting)} is not true)`;
    case "in":
      return inSql(filter.path, filter.values, setting);
    case "contains":
      return containsSql(filter.path, filter.value, setting);
    case "prefix":
      return prefixSql(filter.path, filter.value, setting);
    default:
      return comparisonSql(filter, setting);
  }
}

function equalsSql(path: string, value: Scalar | null, { schema, values }: FilterSetting): string {
  const key = sortKeySql(schema, path);
  if (value === null) return `(${key} is null)`;
  if (typeof value !== "string" || isWhole(value)) return `(${key} = ${values.add(sortKey(value))})`;
  return `(${key} = ${values.add(sortKey(firstCharacters(value)))} and ${textSql(path)} = ${values.add(value)})`;
}

function inSql(path: string, candidates: readonly (Scalar | null)[], setting: FilterSetting): string {
  const keys: string[] = [];
  const others: (Scalar | null)[] = [];
  for (const value of candidates) {
    if (value === null || (typeof value === "string" && !isWhole(value))) others.push(value);
    else keys.push(sortKey(value));
  }
  const parts = others.map((value) => equalsSql(path, value, setting));
  if (keys.length > 0) {
    parts.push(`${sortKeySql(setting.schema, path)} = any(${setting.values.add(textList(keys))}::text[])`);
  }
  return parts.length === 0 ? "false" : `(${parts.join(" or ")})`;
}

function comparisonSql(
  { op, path, value }: Extract<ReadModelFilter, { readonly op: "lt" | "lte" | "gt" | "gte" }>,
  { schema, values }: FilterSetting,
): string {
  const key = sortKeySql(schema, path);
  const { from, to } = kindRange(value);
  const isBelow = op === "lt" || op === "lte";
  const kind = isBelow ? `${key} >= ${values.add(from)}` : `${key} < ${values.add(to)}`;
  const operator = { lt: "<", lte: "<=", gt: ">", gte: ">=" }[op];
  if (typeof value !== "string" || isWhole(value)) {
    return `(${kind} and ${key} ${operator} ${values.add(sortKey(value))})`;
  }
  const bound = `${key} ${isBelow ? "<=" : ">="} ${values.add(sortKey(firstCharacters(value)))}`;
  return `(${kind} and ${bound} and ${textSql(path)} ${operator} ${values.add(value)})`;
}

function containsSql(path: string, part: Scalar, { values }: FilterSetting): string {
  const value = valueSql(path);
  const json = `${values.add(JSON.stringify(part))}::text::jsonb`;
  const asElement = `(jsonb_typeof(${value}) = 'array' and ${value} @> ${json})`;
  if (typeof part !== "string") return asElement;
  const asPart = `(jsonb_typeof(${value}) = 'string' and strpos(${textSql(path)}, ${values.add(part)}) > 0)`;
  return `(${asElement} or ${asPart})`;
}

function prefixSql(path: string, prefix: string, { schema, values }: FilterSetting): string {
  const key = sortKeySql(schema, path);
  const { from, to } = prefixRange(firstCharacters(prefix));
  const range = `${key} >= ${values.add(from)} and ${key} < ${values.add(to)}`;
  if (isWhole(prefix)) return `(${range})`;
  return `(${range} and starts_with(${textSql(path)}, ${values.add(prefix)}))`;
}
