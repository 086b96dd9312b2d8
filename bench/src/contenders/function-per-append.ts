import { randomUUID } from "node:crypto";
import type { Contender, TestBed } from "../harness/benchmark.ts";
import { openPool } from "../postgres/open-pool.ts";
import { createStoreTables } from "../postgres/store-tables.ts";
import { type AppendTarget, aggregateType } from "../workload/aggregate-choice.ts";
import { eventType, payload } from "../workload/deposit.ts";
import { tenantId } from "../workload/tenant.ts";
import { type Appender, appendTrial } from "./append-trial.ts";
import { envelope } from "./envelope.ts";

/** The same in one round trip: a function in the database that locks, checks, inserts and moves the head. */
export function functionPerAppend(bed: TestBed, writers: number, connections: number): Contender {
  return {
    name: "function per append",
    about: `one call of a PL/pgSQL function per append; ${connections} connections`,
    open: async () => appendTrial(bed, writers, await openFunctionAppender(bed, connections)),
  };
}

/** One connection or more that call the function, on a schema of their own. */
export async function openFunctionAppender({ database }: TestBed, connections: number): Promise<Appender> {
  const schema = database.freshSchema();
  await createStoreTables(database.sql, schema);
  await database.sql.unsafe(appendFunction(schema));
  const pool = await openPool(database.url, connections, schema);
  return {
    append: async ({ aggregateId, expected }: AppendTarget) => {
      await pool`select append(${tenantId}, ${aggregateType}, ${aggregateId}, ${expected?.toString() ?? null},
        ${randomUUID()}, ${eventType}, ${envelope}, ${payload})`;
    },
    [Symbol.asyncDispose]: async () => {
      await pool.end();
      await database.dropSchema(schema);
    },
  };
}

/**
 * Moving the head takes the lock of the tenant's row. The check is a statement after it and so, by the rules
 * of READ COMMITTED, sees all that was committed before the lock was had.
 */
const appendFunction = (schema: string): string => `
create function "${schema}".append(tenant text, type text, id text, expected bigint, event uuid,
  event_type text, envelope bytea, payload bytea) returns bigint
  language plpgsql set search_path = "${schema}" as $$
declare
  new_head bigint;
  actual bigint;
begin
  update tenants set head = head + 1, recorded_at = now() where tenant_id = tenant
    returning head into new_head;
  select coalesce(max(e.aggregate_nonce), 0) into actual from events e
    where e.tenant_id = tenant and e.aggregate_type = type and e.aggregate_id = id;
  if expected is not null and expected <> actual then
    raise exception 'expected %, found %', expected, actual;
  end if;
  insert into events (tenant_id, global_nonce, aggregate_type, aggregate_id, aggregate_nonce, event_id,
    event_type, recorded_at, envelope, payload)
    values (tenant, new_head, type, id, actual + 1, event, event_type, now(), envelope, payload);
  return new_head;
end $$;
`;
