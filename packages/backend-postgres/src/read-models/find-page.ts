import {
  cursorOf,
  type Gap,
  type KeyedDocument,
  orderedPlace,
  type ReadModelId,
  type ReadModelPage,
  reversedOrder,
  type ValidReadModelQuery,
} from "@leftfold/core";
import { Parameters } from "../statement-values.ts";
import type { TenantTables } from "../tenant-tables.ts";
import { type PageRequest, pageSql } from "./page-sql.ts";

/** The page of documents that a query asks for, and whether more are at its sides. */
export async function findPage(
  tables: TenantTables,
  model: ReadModelId,
  query: ValidReadModelQuery,
  isIndexed: boolean,
): Promise<ReadModelPage> {
  const { where, order, limit, gap, side } = query;
  const ahead = side === "after" ? order : reversedOrder(order);
  const request = { model, where, order: ahead, gap, limit: limit + 1, isIndexed };
  // What lies on the other side of the gap is asked for at the same time. On that of the first page there is nothing.
  const [found, isOtherSide] = await Promise.all([
    readDocuments(tables, request),
    gap !== undefined && hasDocuments(tables, { ...request, order: reversedOrder(ahead), limit: 1 }),
  ]);
  const documents = found.slice(0, limit);
  const isFurther = found.length > limit;
  if (side === "before") documents.reverse();
  const gapBeside = (document: KeyedDocument | undefined, lies: Gap["lies"]): Gap | undefined =>
    document && { beside: orderedPlace(order, document.key, document.document), lies };
  const front = gapBeside(documents[0], "inFront") ?? gap;
  const end = gapBeside(documents.at(-1), "behind") ?? gap;
  const [isMoreInFront, isMoreBehind] =
    side === "after" ? [isOtherSide, isFurther] : [isFurther, isOtherSide];
  return {
    documents,
    next: isMoreBehind && end ? cursorOf(end, order) : undefined,
    previous: isMoreInFront && front ? cursorOf(front, order) : undefined,
  };
}

type TenantPageRequest = Omit<PageRequest, "schema" | "tenantId">;

async function hasDocuments(tables: TenantTables, request: TenantPageRequest): Promise<boolean> {
  return (await readDocuments(tables, request)).length > 0;
}

/** Not prepared: texts are as many as queries, and each value may ask for another plan. */
async function readDocuments(
  { sql, schema, tenantId }: TenantTables,
  request: TenantPageRequest,
): Promise<KeyedDocument[]> {
  const values = new Parameters();
  const text = pageSql({ ...request, schema, tenantId }, values);
  return [...(await sql.unsafe<KeyedDocument[]>(text, values.list))];
}
