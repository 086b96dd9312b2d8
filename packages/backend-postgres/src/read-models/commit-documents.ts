import {
  CheckpointConflictError,
  type CheckpointId,
  InternalError,
  type ReadModelCommit,
  UnavailableError,
  type ValidReadModelCommit,
} from "@leftfold/core";
import type { Sql, TransactionSql } from "postgres";
import { inTransaction } from "../in-transaction.ts";
import { storeError } from "../postgres-errors.ts";
import { Parameters } from "../statement-values.ts";
import type { TenantTables } from "../tenant-tables.ts";
import { commitSql } from "./commit-sql.ts";

/** Commits in a row that may come between this one and its own snapshot, without moving the checkpoint. */
const attemptsMax = 20;

/**
 * Writes documents and moves a checkpoint, in one round trip, or in a transaction when the user's own tables are written, too.
 *
 * @throws `checkpoint-conflict` when the checkpoint is elsewhere; what the user's own part throws, as it is.
 */
export async function commitDocuments(
  tables: TenantTables,
  commit: ReadModelCommit<TransactionSql>,
  writes: ValidReadModelCommit["writes"],
): Promise<void> {
  for (let attempt = 1; attempt <= attemptsMax; attempt++) {
    if (await tryCommit(tables, commit, writes)) return;
    const actual = await readCheckpoint(tables, commit.checkpoint);
    if (actual !== commit.from) throw conflict(commit, actual);
  }
  throw new UnavailableError(
    `${words(commit.checkpoint)} stays at ${commit.from}, but others commit to it all the time. Try again.`,
  );
}

/** The stored checkpoint; 0 when there is none. */
export async function readCheckpoint(
  { sql, schema, tenantId }: TenantTables,
  { name, version, partition = 0 }: CheckpointId,
): Promise<bigint> {
  const rows = await sql.unsafe<{ position: string }[]>(
    `select position from ${schema}.read_model_checkpoints ` +
      "where tenant_id = $1 and name = $2 and version = $3::integer and partition = $4::integer",
    [tenantId, name, version, partition],
    { prepare: true },
  );
  return BigInt(rows[0]?.position ?? 0);
}

/** False when nothing was written. */
async function tryCommit(
  { sql, schema, tenantId }: TenantTables,
  commit: ReadModelCommit<TransactionSql>,
  writes: ValidReadModelCommit["writes"],
): Promise<boolean> {
  const values = new Parameters();
  const text = commitSql(schema, tenantId, commit, writes, values);
  const run = async (on: Sql | TransactionSql): Promise<boolean> =>
    (await on.unsafe(text, values.list, { prepare: true })).length === 1;
  const { within } = commit;
  if (within === undefined) return await run(sql);
  return await inTransaction(sql, async (tx) => {
    if (!(await run(tx))) return false;
    await ownPart(() => within(tx));
    return true;
  });
}

/** What the user's own part fails with is the user's, unless it is what becomes of every statement for a while. */
class OwnPartError extends Error {
  constructor(cause: unknown) {
    super("What the commit writes by itself has failed.", { cause });
  }
}

async function ownPart(run: () => Promise<void>): Promise<void> {
  try {
    await run();
  } catch (error) {
    throw storeError(error) instanceof InternalError ? new OwnPartError(error) : error;
  }
}

/** What a commit failed with, as its caller is to see it. */
export function commitError(error: unknown): unknown {
  if (error instanceof OwnPartError) return error.cause;
  return error instanceof CheckpointConflictError ? error : storeError(error);
}

function conflict({ checkpoint, from }: ReadModelCommit<never>, actual: bigint): CheckpointConflictError {
  return new CheckpointConflictError(words(checkpoint), from, actual);
}

function words({ name, version, partition = 0 }: CheckpointId): string {
  return `"${name}" version ${version}, partition ${partition}`;
}
