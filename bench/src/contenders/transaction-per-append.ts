import { randomUUID } from "node:crypto";
import type { Contender, TestBed } from "../harness/benchmark.ts";
import { openPool } from "../postgres/open-pool.ts";
import { createStoreTables } from "../postgres/store-tables.ts";
import { type AppendTarget, aggregateType } from "../workload/aggregate-choice.ts";
import { eventType, payload } from "../workload/deposit.ts";
import { tenantId } from "../workload/tenant.ts";
import { type Appender, appendTrial } from "./append-trial.ts";
import { envelope } from "./envelope.ts";

/**
 * The textbook's event store: each append is a transaction that locks the head, checks, inserts, moves the
 * head.
 */
export function transactionPerAppend(bed: TestBed, writers: number, connections: number): Contender {
  return {
    name:
      connections === writers ? "transaction per append" : `transaction per append, pool of ${connections}`,
    about: `BEGIN, head FOR UPDATE, check, INSERT, UPDATE, COMMIT; ${connections} connections`,
    open: async () => appendTrial(bed, writers, await openAppender(bed, connections)),
  };
}

async function openAppender({ database }: TestBed, connections: number): Promise<Appender> {
  const schema = database.freshSchema();
  await createStoreTables(database.sql, schema);
  const pool = await openPool(database.url, connections, schema);

  const append = async ({ aggregateId, expected }: AppendTarget): Promise<void> => {
    await pool.begin(async (sql) => {
      const [tenant] = await sql<
        { head: string }[]
      >`select head from tenants where tenant_id = ${tenantId} for update`;
      const head = BigInt(tenant?.head ?? 0) + 1n;
      const [last] = await sql<{ aggregate_nonce: string }[]>`
        select aggregate_nonce from events
        where tenant_id = ${tenantId} and aggregate_type = ${aggregateType} and aggregate_id = ${aggregateId}
        order by aggregate_nonce desc limit 1`;
      const actual = BigInt(last?.aggregate_nonce ?? 0);
      if (expected !== undefined && expected !== actual)
        throw new Error(`expected ${expected}, found ${actual}`);
      await sql`
        insert into events (tenant_id, global_nonce, aggregate_type, aggregate_id, aggregate_nonce, event_id,
          event_type, recorded_at, envelope, payload)
        values (${tenantId}, ${head.toString()}, ${aggregateType}, ${aggregateId},
          ${(actual + 1n).toString()}, ${randomUUID()}, ${eventType}, now(), ${envelope}, ${payload})`;
      await sql`
        update tenants set head = ${head.toString()}, recorded_at = now() where tenant_id = ${tenantId}`;
    });
  };

  return {
    append,
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await database.dropSchema(schema);
    },
  };
}
