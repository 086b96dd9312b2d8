import type { Gap, OrderedValue, PathOrder, QueryOrder, ReadModelFilter, ReadModelId } from "@leftfold/core";
import type { StatementValues } from "../statement-values.ts";
import { modelSql, sortKeySql } from "./document-sql.ts";
import { filterSql } from "./filter-sql.ts";
import { sortKey } from "./sort-key.ts";

/** Documents in an order, from a gap on. */
export interface PageRequest {
  readonly schema: string;
  readonly tenantId: string;
  readonly model: ReadModelId;
  readonly where: ReadModelFilter | undefined;
  readonly order: QueryOrder;
  readonly gap: Gap | undefined;
  readonly limit: number;
  /** Whether there is an index on the first path of the order. */
  readonly isIndexed: boolean;
}

/**
 * SQL for the first documents behind a gap.
 *
 * An index has documents without a value at one of its ends, where an order may want them at the other. So,
 * when there is one, the documents with a value and those without are looked up apart, each of them in the
 * index's own order.
 */
export function pageSql(request: PageRequest, values: StatementValues): string {
  const { schema, order, gap, limit, isIndexed } = request;
  const from = `select key, document from ${schema}.read_model_documents where ${scopeSql(request, values)}`;
  const ordered = `order by ${orderSql(schema, order)} limit ${limit}`;
  if (order.paths.length === 0 || !isIndexed) {
    const beyond = gap === undefined ? "" : ` and ${beyondSql(schema, order, gap, values)}`;
    return `${from}${beyond} ${ordered}`;
  }
  const parts = [withValueSql(request, values), withoutValueSql(request, values)]
    .filter((part) => part !== undefined)
    .map((part) => `(${from} and ${part} limit ${limit})`);
  return `select key, document from (${parts.join(" union all ")}) d ${ordered}`;
}

/** The documents with a value at the first path that lie behind the gap; undefined when the gap says that there are none. */
function withValueSql({ schema, order, gap }: PageRequest, values: StatementValues): string | undefined {
  const [first, ...rest] = order.paths as readonly [PathOrder, ...PathOrder[]];
  const key = sortKeySql(schema, first.path);
  const sorted = `order by ${key} ${first.direction}, ${orderSql(schema, { ...order, paths: rest })}`;
  const value = gap?.beside.values[0];
  if (value === null && first.nulls === "last") return undefined;
  if (gap === undefined || value === undefined || value === null) return `${key} is not null ${sorted}`;
  const bound = boundSql(schema, order, gap, values);
  return `${key} is not null and ${bound} and ${beyondSql(schema, order, gap, values)} ${sorted}`;
}

/**
 * The documents without a value there. They are alike in it, but ordered by it all the same: otherwise the
 * planner may read all documents by key, in the hope of soon finding one without a value.
 */
function withoutValueSql({ schema, order, gap }: PageRequest, values: StatementValues): string | undefined {
  const [first, ...rest] = order.paths as readonly [PathOrder, ...PathOrder[]];
  const key = sortKeySql(schema, first.path);
  const inner = { ...order, paths: rest };
  const direction = rest.length === 0 ? order.keyDirection : first.direction;
  const sorted = `order by ${key} ${direction}, ${orderSql(schema, inner)}`;
  const value = gap?.beside.values[0];
  if (gap === undefined || value === undefined) return `${key} is null ${sorted}`;
  if (value !== null) return first.nulls === "last" ? `${key} is null ${sorted}` : undefined;
  const beside = { ...gap.beside, values: gap.beside.values.slice(1) };
  return `${key} is null and ${beyondSql(schema, inner, { ...gap, beside }, values)} ${sorted}`;
}

/** SQL that selects what a query is about: one read model's documents, and of them those that its filter selects. */
export function scopeSql(
  { schema, tenantId, model, where }: Pick<PageRequest, "schema" | "tenantId" | "model" | "where">,
  values: StatementValues,
): string {
  const filter = where === undefined ? "" : ` and ${filterSql(where, { schema, values })}`;
  return `tenant_id = ${values.add(tenantId)} and ${modelSql(model)}${filter}`;
}

function orderSql(schema: string, { paths, keyDirection }: QueryOrder): string {
  const terms = paths.map(
    ({ path, direction, nulls }) => `${sortKeySql(schema, path)} ${direction} nulls ${nulls}`,
  );
  return [...terms, `key ${keyDirection}`].join(", ");
}

/** Whether a document comes behind a gap: further on in some path and alike in those before it, or alike in all and by key. */
function beyondSql(
  schema: string,
  order: QueryOrder,
  { beside, lies }: Gap,
  values: StatementValues,
): string {
  const isAscending = order.keyDirection === "asc";
  const isInclusive = (lies === "inFront") === isAscending;
  const operator = `${isAscending ? ">" : "<"}${isInclusive ? "=" : ""}`;
  let sql = `key ${operator} ${values.add(beside.key)}`;
  for (let i = order.paths.length - 1; i >= 0; i--) {
    const path = order.paths[i]!;
    const key = sortKeySql(schema, path.path);
    const value = beside.values[i]!;
    const alike = value === null ? `${key} is null` : `${key} = ${values.add(sortKey(value))}`;
    sql = `(${furtherSql(key, path, value, values)} or (${alike} and ${sql}))`;
  }
  return sql;
}

function furtherSql(
  key: string,
  { direction, nulls }: PathOrder,
  value: OrderedValue,
  values: StatementValues,
): string {
  if (value === null) return nulls === "first" ? `${key} is not null` : "false";
  const further = `${key} ${direction === "asc" ? ">" : "<"} ${values.add(sortKey(value))}`;
  return nulls === "last" ? `${further} or ${key} is null` : further;
}

/** Where in the index of the first path to begin. Says nothing that {@link beyondSql} does not: it is for the planner. */
function boundSql(schema: string, order: QueryOrder, { beside }: Gap, values: StatementValues): string {
  const { path, direction } = order.paths[0]!;
  const operator = direction === "asc" ? ">=" : "<=";
  const key = sortKeySql(schema, path);
  const value = values.add(sortKey(beside.values[0]!));
  // Many documents may have the same value: then the key, too, tells where to begin.
  if (order.paths.length > 1 || direction !== order.keyDirection) return `${key} ${operator} ${value}`;
  return `(${key}, key) ${operator} (${value}, ${values.add(beside.key)})`;
}
