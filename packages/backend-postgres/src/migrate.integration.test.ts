import { EventStoreError } from "@leftfold/core";
import { anAppend } from "@leftfold/testing";
import { describe, expect, it } from "vitest";
import { migrationSql } from "./migrate.ts";
import { postgresBackend } from "./postgres-backend.ts";
import { databaseUrl, Workbench } from "./testing/workbench.ts";

describe("migrations", () => {
  it("bring up every backend of many that start at once on a database without the schema", async () => {
    await using workbench = new Workbench();
    const backends = await Promise.all(
      Array.from({ length: 8 }, () => workbench.backend({ readConnectionsMax: 2 })),
    );
    const results = await Promise.all(backends.map((backend) => backend.tenant("t").append(anAppend())));
    expect(results.map(({ firstGlobalNonce }) => firstGlobalNonce).sort()).toEqual(
      results.map((_, i) => BigInt(i + 1)),
    );
  });

  it("can be printed, applied by somebody else, and then only checked", async () => {
    await using workbench = new Workbench();
    const open = () => workbench.backend({ migrations: "check" });
    await expect(open()).rejects.toMatchObject({
      code: "internal",
      message: expect.stringContaining("is not at version"),
    });
    await workbench.lane().unsafe(`begin; ${migrationSql(workbench.schemaName)} commit;`);
    const backend = await open();
    expect(await backend.tenant("t").append(anAppend())).toMatchObject({ firstGlobalNonce: 1n });
  });

  it("refuse a schema that is newer than the package", async () => {
    await using workbench = await Workbench.migrated();
    await workbench.sql.unsafe(
      `insert into ${workbench.schema}.migrations (version, name, checksum) values (1000, 'later', 'x')`,
    );
    for (const migrations of ["apply", "check"] as const) {
      await expect(workbench.backend({ migrations })).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining("Upgrade @leftfold/backend-postgres"),
      });
    }
  });

  it("refuse a schema that was migrated with other SQL", async () => {
    await using workbench = await Workbench.migrated();
    await workbench.sql.unsafe(
      `update ${workbench.schema}.migrations set checksum = 'edited' where version = 1`,
    );
    await expect(workbench.backend()).rejects.toMatchObject({ message: expect.stringContaining("edited") });
  });

  it("leave nothing behind when they fail", async () => {
    await using workbench = new Workbench();
    await workbench.sql.unsafe(
      `create schema ${workbench.schema}; create table ${workbench.schema}.events (x int)`,
    );
    await expect(workbench.backend()).rejects.toMatchObject({ code: "internal" });
    const tables = await workbench.sql`
      select table_name from information_schema.tables where table_schema = ${workbench.schemaName}`;
    expect(tables.map((table) => table["table_name"])).toEqual(["events"]);
  });

  it("are not needed by a role that may only read and write", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, schemaName, sql } = workbench;
    const role = `"${schemaName}_writer"`;
    await sql.unsafe(`create role ${role} login password 'test';
      grant usage on schema ${schema} to ${role};
      grant select, insert, update on all tables in schema ${schema} to ${role}`);
    const url = new URL(databaseUrl);
    url.username = `${schemaName}_writer`;
    url.password = "test";
    try {
      const backend = await postgresBackend({ url: url.href, schema: schemaName });
      expect(await backend.tenant("t").append(anAppend())).toMatchObject({ firstGlobalNonce: 1n });
      await backend[Symbol.asyncDispose]();
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
    }
  });

  it("take a schema's name only when it means the same with and without quotes", async () => {
    for (const schema of ["Upper", "with space", "", "1st", 'a"b', "x".repeat(52)]) {
      await expect(postgresBackend({ url: databaseUrl, schema })).rejects.toMatchObject({
        code: "invalid-argument",
      });
      expect(() => migrationSql(schema)).toThrow(EventStoreError);
    }
  });
});

describe("the database's settings", () => {
  it("are refused when bytes would be misread, and when data is lost, unless that is allowed", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, schemaName, sql } = workbench;
    const role = `"${schemaName}_hasty"`;
    await sql.unsafe(
      `create role ${role} superuser login password 'test'; alter role ${role} set synchronous_commit = off`,
    );
    const url = new URL(databaseUrl);
    url.username = `${schemaName}_hasty`;
    url.password = "test";
    try {
      const options = { url: url.href, schema: schemaName };
      await sql.unsafe(`alter role ${role} set bytea_output = 'escape'`);
      await expect(postgresBackend({ ...options, allowDataLoss: true })).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining("bytea_output = escape"),
      });
      await sql.unsafe(`alter role ${role} reset bytea_output`);
      await expect(postgresBackend(options)).rejects.toMatchObject({
        code: "internal",
        message: expect.stringContaining("synchronous_commit = off"),
      });
      const backend = await postgresBackend({ ...options, allowDataLoss: true });
      expect(await backend.tenant("t").head()).toBe(0n);
      await backend[Symbol.asyncDispose]();
    } finally {
      await sql.unsafe(`drop owned by ${role}; drop role ${role}; select 1 from ${schema}.events`);
    }
  });
});

describe("the tables", () => {
  it("refuse every change and every removal of what was recorded", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend();
    await backend.tenant("t").append(anAppend());
    const { schema, sql } = workbench;
    for (const table of ["events", "event_tags"]) {
      for (const change of [
        `update ${schema}.${table} set event_type = 'Other'`,
        `delete from ${schema}.${table}`,
        `truncate ${schema}.${table}`,
      ]) {
        await expect(sql.unsafe(change), change).rejects.toMatchObject({
          code: "23000",
          message: expect.stringContaining("immutable"),
        });
      }
    }
  });

  it("refuse nonces that are none", async () => {
    await using workbench = await Workbench.migrated();
    const { schema, sql } = workbench;
    const event = (globalNonce: number, aggregateNonce: number) =>
      sql.unsafe(
        `insert into ${schema}.events values
          ('t', $1::bigint, 'o', '1', $2::bigint, gen_random_uuid(), 'E', now(), '', '')`,
        [globalNonce, aggregateNonce],
      );
    for (const [globalNonce, aggregateNonce] of [
      [0, 1],
      [-1, 1],
      [1, 0],
    ] as const) {
      await expect(event(globalNonce, aggregateNonce)).rejects.toMatchObject({ code: "23514" });
    }
    await event(1, 1);
    await expect(event(1, 2)).rejects.toMatchObject({ code: "23505" });
    await expect(event(2, 1)).rejects.toMatchObject({ code: "23505" });
  });

  it("let a person read payloads", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend();
    await backend.tenant("t").append(anAppend());
    const [row] = await workbench.sql.unsafe(
      `select event_type, convert_from(payload, 'UTF8') as payload from ${workbench.schema}.events`,
    );
    expect(row).toEqual({ event_type: "OrderPlaced", payload: "{}" });
  });
});
