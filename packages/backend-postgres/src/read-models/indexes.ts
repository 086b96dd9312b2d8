import { setTimeout as delay } from "node:timers/promises";
import { InternalError, type ReadModelId } from "@leftfold/core";
import type { Sql } from "postgres";
import { inTransaction } from "../in-transaction.ts";
import { isSerializationFailure } from "../postgres-errors.ts";
import { literals } from "../statement-values.ts";
import { createIndexSql, indexName, indexPrefix } from "./index-sql.ts";

/** How often a lock that others have is asked for. */
const askAgainMs = 50;
const attemptsMax = 5;

/** One read model's indexes in a schema, whose name is given as it is, and quoted. */
export interface IndexedModel {
  readonly schemaName: string;
  readonly schema: string;
  readonly model: ReadModelId;
}

/** Which of the paths have no index that is ready for use. */
export async function missingIndexes(
  sql: Sql,
  { schemaName, model }: IndexedModel,
  paths: readonly string[],
): Promise<readonly string[]> {
  const ready = new Set(
    (await findIndexes(sql, schemaName, model)).filter((i) => i.valid).map((i) => i.name),
  );
  return paths.filter((path) => !ready.has(indexName(model, path)));
}

/**
 * Makes the indexes of paths that have none, while others go on writing; waits for whoever is at it already.
 *
 * @param sql at least two connections that nobody else uses.
 */
export async function createIndexes(
  sql: Sql,
  indexed: IndexedModel,
  paths: readonly string[],
): Promise<void> {
  await oneAtATime(sql, indexed.schemaName, async () => {
    for (let attempt = 1; ; attempt++) {
      const missing = await missingIndexes(sql, indexed, paths);
      if (missing.length === 0) return;
      if (attempt > attemptsMax) throw unfinished(indexed, missing);
      for (const path of missing) {
        // What a process left behind that died while it was at it has the name, and is of no use.
        await concurrently(
          sql,
          `drop index concurrently if exists ${indexed.schema}.${indexName(indexed.model, path)}`,
        );
        await concurrently(sql, createIndexSql(indexed.schema, indexed.model, path));
      }
    }
  });
}

/** Removes all indexes of a read model. Sql as for {@link createIndexes}. */
export async function dropIndexes(sql: Sql, { schemaName, schema, model }: IndexedModel): Promise<void> {
  if ((await findIndexes(sql, schemaName, model)).length === 0) return;
  await oneAtATime(sql, schemaName, async () => {
    for (const { name } of await findIndexes(sql, schemaName, model)) {
      await concurrently(sql, `drop index concurrently if exists ${schema}.${name}`);
    }
  });
}

/**
 * Runs work while nobody else makes or drops indexes in the schema: two that do so on one table at once wait
 * for each other.
 *
 * The lock is a transaction's, which stands idle meanwhile, and is asked for again and again instead of being
 * waited for: making an index waits for every statement that runs, one that waits for a lock included.
 */
async function oneAtATime(sql: Sql, schemaName: string, work: () => Promise<void>): Promise<void> {
  while (!(await underLock(sql, schemaName, work))) await delay(askAgainMs);
}

/**
 * Each question is a transaction of its own. What makes an index while a question runs waits for the end of the transaction in which
 * it is asked: it would wait for ever if that one went on asking for the lock that is held meanwhile.
 *
 * @returns false, with nothing done, while others have the lock.
 */
async function underLock(sql: Sql, schemaName: string, work: () => Promise<void>): Promise<boolean> {
  const lock = literals.add(`leftfold read model indexes of ${schemaName}`);
  return await inTransaction(sql, async (tx) => {
    await tx`set local idle_in_transaction_session_timeout = 0`;
    // Without parameters, so that it is sent as a simple query: another one would keep its snapshot until the next, and what makes
    // the index would wait for it.
    const [row] = await tx.unsafe<{ had: boolean }[]>(
      `select pg_try_advisory_xact_lock(hashtextextended(${lock}, 0)) as had`,
    );
    if (row?.had !== true) return false;
    await work();
    return true;
  });
}

/** A statement that gets out of the way of others may be chosen to fail for it; it is then found undone, and done again. */
async function concurrently(sql: Sql, statement: string): Promise<void> {
  try {
    await sql.unsafe(statement);
  } catch (error) {
    if (!isSerializationFailure(error)) throw error;
  }
}

async function findIndexes(
  sql: Sql,
  schemaName: string,
  model: ReadModelId,
): Promise<readonly { readonly name: string; readonly valid: boolean }[]> {
  return await sql.unsafe<{ name: string; valid: boolean }[]>(
    "select c.relname as name, i.indisvalid as valid from pg_index i join pg_class c on c.oid = i.indexrelid " +
      "where c.relnamespace = $1::text::regnamespace and starts_with(c.relname, $2)",
    [schemaName, indexPrefix(model)],
  );
}

function unfinished({ model }: IndexedModel, missing: readonly string[]): InternalError {
  const { name, version } = model;
  const message =
    `The indexes of ${missing.join(", ")} for read model "${name}" version ${version} could not be made in ` +
    `${attemptsMax} attempts: others lock its table. Define it again.`;
  return new InternalError({ message });
}
