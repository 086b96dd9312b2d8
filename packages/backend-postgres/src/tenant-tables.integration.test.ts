import { InvalidArgumentError, UnavailableError } from "@leftfold/core";
import { type CommitMoment, postgresTap } from "@leftfold/testing/proxy";
import { expect, test } from "vitest";
import { postgresLeases } from "./leases/postgres-leases.ts";
import { migrationSql } from "./migrate.ts";
import { postgresSnapshots } from "./snapshots/postgres-snapshots.ts";
import { databaseProxy, urlThrough } from "./testing/database-proxy.ts";
import { databaseUrl, Workbench } from "./testing/workbench.ts";

const lease = { name: "n", owner: "ann", durationMs: 60_000 };
const account = { aggregateType: "Account", aggregateId: "ann" };

test("tables that somebody else migrates are only checked", async () => {
  await using workbench = new Workbench();
  const options = {
    url: databaseUrl,
    schema: workbench.schemaName,
    tenantId: "t",
    migrations: "check",
  } as const;
  await expect(postgresLeases(options)).rejects.toMatchObject({ code: "internal" });
  await workbench.lane().unsafe(`begin; ${migrationSql(workbench.schemaName)} commit;`);
  await using leases = await postgresLeases(options);
  expect(await leases.acquire(lease)).toMatchObject({ token: 1n });
});

test("a role needs to delete nothing but snapshots", async () => {
  await using workbench = await Workbench.migrated();
  const { schema, schemaName, sql } = workbench;
  const role = `"${schemaName}_writer"`;
  await sql.unsafe(`create role ${role} login password 'test';
    grant usage on schema ${schema} to ${role};
    grant select, insert, update on all tables in schema ${schema} to ${role};
    grant delete on ${schema}.snapshots to ${role}`);
  const url = new URL(databaseUrl);
  url.username = `${schemaName}_writer`;
  url.password = "test";
  try {
    const options = { url: url.href, schema: schemaName, tenantId: "t" };
    await using leases = await postgresLeases(options);
    const taken = await leases.acquire(lease);
    expect(await leases.release(taken!)).toBe(true);
    await using snapshots = await postgresSnapshots(options);
    await snapshots.save({ ...account, stateVersion: 1, aggregateNonce: 1n, state: new Uint8Array() });
    await snapshots.remove(account);
  } finally {
    await sql.unsafe(`drop owned by ${role}; drop role ${role}`);
  }
});

test("a tenant or a schema that is none is refused, and so is a database that cannot be reached", async () => {
  for (const wrong of [{ tenantId: "" }, { schema: "Upper" }]) {
    const opening = postgresSnapshots({ url: databaseUrl, tenantId: "t", ...wrong });
    await expect(opening).rejects.toBeInstanceOf(InvalidArgumentError);
  }
  const nowhere = postgresSnapshots({ url: "postgres://nobody@127.0.0.1:1/none", tenantId: "t" });
  await expect(nowhere).rejects.toBeInstanceOf(UnavailableError);
});

test("a connection that breaks costs time only, but a release then fails, as its outcome is not known", async () => {
  await using workbench = await Workbench.migrated();
  let moment: CommitMoment | undefined;
  const tap = postgresTap({
    cutAt: () => moment,
    onCut: () => {
      moment = undefined;
    },
  });
  await using proxy = await databaseProxy({ tap });
  const options = { url: urlThrough(proxy), schema: workbench.schemaName, tenantId: "t", connectionsMax: 1 };
  await using leases = await postgresLeases(options);
  await leases.list("");
  moment = "unanswered";
  const taken = await leases.acquire(lease);
  expect(taken).toMatchObject({ owner: "ann", token: 1n });
  moment = "unanswered";
  expect(await leases.list("")).toEqual([taken]);
  moment = "unanswered";
  await expect(leases.release(taken!)).rejects.toBeInstanceOf(UnavailableError);
  expect(proxy.cuts).toBe(3);
});

test("leases end by the database's clock, and rows show to a person at psql who has what", async () => {
  await using workbench = await Workbench.migrated();
  const { schema, schemaName, sql } = workbench;
  await using leases = await postgresLeases({ url: databaseUrl, schema: schemaName, tenantId: "t" });
  const taken = await leases.acquire(lease);
  const [row] = await sql.unsafe(`
    select owner, token::int, expires_at - acquired_at between '59 s' and '61 s' as for_a_minute
    from ${schema}.leases`);
  expect(row).toEqual({ owner: "ann", token: 1, for_a_minute: true });
  await sql.unsafe(`update ${schema}.leases set expires_at = clock_timestamp()`);
  expect(await leases.release(taken!)).toBe(false);
  expect(await leases.acquire({ ...lease, owner: "bob" })).toMatchObject({ owner: "bob", token: 2n });
});

test("all get an answer who race where transactions are serializable", async () => {
  await using workbench = await Workbench.migrated();
  const url = new URL(databaseUrl);
  url.searchParams.set("default_transaction_isolation", "serializable");
  const options = { url: url.href, schema: workbench.schemaName, tenantId: "t" };
  await using one = await postgresLeases({ ...options, connectionsMax: 8 });
  await using other = await postgresLeases({ ...options, connectionsMax: 8 });
  const asked = Array.from({ length: 16 }, (_, i) =>
    (i % 2 === 0 ? one : other).acquire({ ...lease, owner: `owner ${i}` }),
  );
  expect((await Promise.all(asked)).filter((given) => given !== undefined)).toHaveLength(1);
});
