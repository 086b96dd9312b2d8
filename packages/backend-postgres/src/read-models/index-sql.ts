import { createHash } from "node:crypto";
import type { ReadModel, ReadModelId } from "@leftfold/core";
import { quoteIdentifier } from "../quote-identifier.ts";
import { modelSql, sortKeySql } from "./document-sql.ts";

/** What the names of a read model's indexes begin with, and those of no other. */
export function indexPrefix({ name, version }: ReadModelId): string {
  return `read_model_${digest(JSON.stringify([name, version]))}_`;
}

/** The name of the index of one path. */
export function indexName(model: ReadModelId, path: string): string {
  return indexPrefix(model) + digest(path);
}

/** The statement that makes the index of one path, while others go on writing. It is not for use in a transaction. */
export function createIndexSql(schema: string, model: ReadModelId, path: string): string {
  return (
    `create index concurrently if not exists ${indexName(model, path)} on ${schema}.read_model_documents ` +
    `(tenant_id, ${sortKeySql(schema, path)}, key) where ${modelSql(model)}`
  );
}

/**
 * The statements that make a read model's indexes, for databases in which applications may not. Run them one by one, outside of a
 * transaction.
 */
export function readModelIndexSql(model: ReadModel, schemaName = "leftfold"): readonly string[] {
  const schema = quoteIdentifier(schemaName);
  return (model.indexes ?? []).map((path) => `${createIndexSql(schema, model, path)};`);
}

function digest(text: string): string {
  return createHash("sha256").update(text).digest("hex").slice(0, 20);
}
