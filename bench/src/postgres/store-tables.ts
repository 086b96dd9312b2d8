import { migrationSql } from "@leftfold/backend-postgres";
import type { Sql } from "postgres";
import { tenantId } from "../workload/tenant.ts";

/**
 * Creates the store's tables, with its indexes and triggers, and a tenant, for those who write to them in
 * another way.
 */
export async function createStoreTables(sql: Sql, schema: string): Promise<void> {
  await sql.unsafe(
    `${migrationSql(schema)}; insert into "${schema}".tenants (tenant_id) values ('${tenantId}')`,
  );
}
