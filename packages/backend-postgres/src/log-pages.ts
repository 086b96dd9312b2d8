import { readHeadNonce } from "./log-head.ts";
import { type LogStretch, type LogTable, type Page, readLogPage } from "./read-page.ts";

/** What a tenant's log is followed in. */
export interface LogPages {
  readonly tenantId: string;
  /** The global nonce of the last event; 0 for an empty log. */
  readHead(): Promise<bigint>;
  readPage(stretch: LogStretch): Page;
}

/** The pages of a log in PostgreSQL's tables. */
export function logPages(table: LogTable): LogPages {
  return {
    tenantId: table.tenantId,
    readHead: () => readHeadNonce(table.sql, table.schema, table.tenantId),
    readPage: (stretch) => readLogPage(table, stretch),
  };
}
