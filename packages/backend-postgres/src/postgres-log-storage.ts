import type { Sql, TransactionSql } from "postgres";
import { commitBatch } from "./commit-batch.ts";
import { inTransaction } from "./in-transaction.ts";
import { loadFacts } from "./load-facts.ts";
import { lockHead, readHead } from "./log-head.ts";
import type { LogAccess, LogStorage } from "./log-storage.ts";

export interface PostgresLogStorageOptions {
  readonly tenantId: string;
  /** A quoted identifier. */
  readonly schema: string;
  /** One connection, on which statements run in the order in which they are sent. */
  readonly lane: Sql;
  /** Connections for everything else. */
  readonly pool: Sql;
}

/** A tenant's log in PostgreSQL's tables. */
export function postgresLogStorage({ tenantId, schema, lane, pool }: PostgresLogStorageOptions): LogStorage {
  const access = (sql: Sql | TransactionSql): LogAccess => ({
    loadFacts: (wanted) => loadFacts(sql, schema, wanted),
    readHead: () => readHead(sql, schema, tenantId),
    commit: (commit) => commitBatch(sql, schema, commit),
  });
  return {
    lane: access(lane),
    pool: access(pool),
    locked: (work) =>
      inTransaction(pool, async (tx) => work(access(tx), await lockHead(tx, schema, tenantId))),
  };
}
