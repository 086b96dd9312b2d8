import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Server } from "node:net";
import { type AppendRequest, any, newEventId } from "@leftfold/core";
import { expect, test } from "vitest";
import { canPlanOnce } from "./can-plan-once.ts";
import { connect } from "./connect.ts";
import { loadFacts } from "./load-facts.ts";
import { postgresBackend } from "./postgres-backend.ts";
import { readLogPage, wholePage } from "./read-page.ts";
import { renewedSql } from "./renewed-sql.ts";
import { databaseUrl, Workbench } from "./testing/workbench.ts";

const setting = "plan_cache_mode";

/** What a pooler says to a setting that it does not pass on: an error's severity, code and message. */
const refusal = ["SFATAL", "C08P01", `Munsupported startup parameter: ${setting}`, ""].join("\0");

/** An append of one event with a tag, whatever was before. */
function append(aggregateId: string): AppendRequest {
  const event = {
    eventType: "Happened",
    contentType: "text/plain",
    payload: new Uint8Array(),
    tags: [aggregateId],
  };
  return { appends: [{ aggregateType: "Account", aggregateId, expected: any, events: [event] }] };
}

/** Passes on connections to PostgreSQL, unless they are to have a setting that PgBouncer does not know. */
async function fussyPooler(): Promise<Server> {
  const server = createServer((client) => {
    const { hostname, port } = new URL(databaseUrl);
    const postgres = dial(Number(port || 5432), hostname);
    client.on("error", () => postgres.destroy());
    postgres.on("error", () => client.destroy());
    client.once("data", (startup: Buffer) => {
      if (startup.includes(setting)) {
        const body = Buffer.from(`${refusal}\0`);
        const head = Buffer.alloc(5, "E");
        head.writeInt32BE(body.length + 4, 1);
        client.end(Buffer.concat([head, body]));
        postgres.destroy();
        return;
      }
      postgres.write(startup);
      client.pipe(postgres).pipe(client);
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return server;
}

test("plans once with PostgreSQL, not where nothing is prepared", async () => {
  expect(await canPlanOnce({ url: databaseUrl })).toBe(true);
  expect(await canPlanOnce({ url: databaseUrl, preparedStatements: false })).toBe(false);
});

test("goes without behind a pooler that does not pass on the setting", async () => {
  await using workbench = await Workbench.migrated();
  const pooler = await fussyPooler();
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String((pooler.address() as AddressInfo).port);
  expect(await canPlanOnce({ url: url.href })).toBe(false);
  {
    await using backend = await postgresBackend({ url: url.href, schema: workbench.schemaName });
    expect(await backend.tenant("t").head()).toBe(0n);
  }
  pooler.close();
});

test("fails as any connection does when PostgreSQL cannot be reached", async () => {
  await expect(canPlanOnce({ url: "postgres://postgres@127.0.0.1:1/none" })).rejects.toThrow("ECONNREFUSED");
});

test("plans a page of a log once for all pages, however large the log", async () => {
  await using workbench = await Workbench.migrated();
  const sql = renewedSql(() => connect({ url: databaseUrl, plansOnce: true }, 1), 30_000);
  const table = { sql, schema: workbench.schema, tenantId: "t" };
  for (let highest = 1n; highest <= 8n; highest++) {
    await wholePage(readLogPage(table, { lowest: 1n, highest, order: "desc", limit: 100 }));
  }
  const plans = await sql.unsafe(
    "select custom_plans, generic_plans from pg_prepared_statements where statement like '%string_agg%'",
  );
  await sql.end();
  expect(plans).toMatchObject([{ custom_plans: "0", generic_plans: "8" }]);
});

test("looks facts up by their indexes with a plan that was made while the tables were small", async () => {
  await using workbench = await Workbench.migrated();
  const backend = await workbench.backend();
  const many = Array.from({ length: 20 }, newEventId);
  for (const idempotencyKey of many) await backend.tenant("t").append({ ...append("a"), idempotencyKey });
  for (const table of ["events", "event_tags", "idempotency"])
    await workbench.sql.unsafe(`vacuum analyze ${workbench.schema}.${table}`);
  const lane = connect({ url: databaseUrl, plansOnce: true }, 1);
  const scans = await lane.begin(async (tx) => {
    await loadFacts(tx, workbench.schema, {
      tenantId: "t",
      head: true,
      aggregates: many.map((aggregateId) => ({ aggregateType: "Account", aggregateId })),
      keys: many,
      eventIds: many,
      conditions: many.map((tag) => ({ failIfMatches: { anyOf: [{ tags: [tag, "a"] }] } })),
    });
    return await tx`
      select relname, seq_scan from pg_stat_xact_user_tables
      where schemaname = ${workbench.schemaName} and relname in ('events', 'event_tags', 'idempotency') and seq_scan > 0`;
  });
  await lane.end();
  expect(scans).toEqual([]);
});
