import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { memoryBackend, memoryLeases, memoryReadModels, memorySnapshots } from "@leftfold/backend-memory";
import {
  postgresBackend,
  postgresLeases,
  postgresReadModels,
  postgresSnapshots,
} from "@leftfold/backend-postgres";
import { noStream } from "@leftfold/core";
import { readModels, repository, runProjection } from "@leftfold/event-sourcing";
import postgres from "postgres";
import { expect, test } from "vitest";
import { Account, balances } from "../projections/account.ts";

const readmeOf = (name: string) => new URL(`../../../packages/${name}/README.md`, import.meta.url);

/** A database of its own: what the README shows takes no schema. */
async function openDatabase(): Promise<{ readonly url: string } & AsyncDisposable> {
  const name = `readme_${randomUUID().replaceAll("-", "")}`;
  const sql = postgres(process.env["DATABASE_URL"]!, { max: 1, onnotice: () => undefined });
  await sql.unsafe(`create database ${name}`);
  const url = new URL(process.env["DATABASE_URL"]!);
  url.pathname = name;
  return {
    url: url.href,
    async [Symbol.asyncDispose]() {
      await sql.unsafe(`drop database ${name} with (force)`);
      await sql.end();
    },
  };
}

test("the README of the PostgreSQL backend does what it says", async () => {
  await using database = await openDatabase();
  const { url } = database;
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  // #region postgres
  await using backend = await postgresBackend({ url }); // such as postgres://postgres@localhost:5432/postgres
  const store = backend.tenant("acme");
  await store.append({
    appends: [
      {
        aggregateType: "order",
        aggregateId: "o1",
        expected: noStream,
        events: [
          {
            eventType: "OrderPlaced",
            contentType: "application/json",
            payload: new TextEncoder().encode("{}"),
          },
        ],
      },
    ],
  });
  for await (const event of store.readAll()) console.log(event.globalNonce, event.eventType);
  // #endregion postgres
  expect(lines).toEqual([[1n, "OrderPlaced"]]);

  // #region postgres-beside
  const tenantId = "acme";
  await using readModelStore = await postgresReadModels({ url, tenantId });
  await using snapshots = await postgresSnapshots({ url, tenantId });
  await using leases = await postgresLeases({ url, tenantId });

  const accounts = repository(store, Account, { snapshots });
  await using runner = runProjection(store, readModelStore, balances, { partitions: { count: 8, leases } });
  // #endregion postgres-beside
  await accounts.at("ann").deposit(5);
  await runner.caughtUp();
  expect(await readModels(readModelStore).of(balances).get("ann")).toMatchObject({ balance: 5 });
});

test("the README of the memory backend does what it says", async () => {
  await using backend = memoryBackend();
  const store = backend.tenant("acme");
  // #region memory-beside
  await using readModelStore = memoryReadModels();
  await using snapshots = memorySnapshots();
  await using leases = memoryLeases();

  const accounts = repository(store, Account, { snapshots });
  await using runner = runProjection(store, readModelStore, balances, { partitions: { count: 8, leases } });
  // #endregion memory-beside
  await accounts.at("ann").deposit(5);
  await runner.caughtUp();
  expect(await readModels(readModelStore).of(balances).get("ann")).toMatchObject({ balance: 5 });
});

test.each([
  ["backend-postgres", "postgres"],
  ["backend-postgres", "postgres-beside"],
  ["backend-memory", "memory-beside"],
])("the README of %s shows the very code that is run here: %s", async (name, region) => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const code = source.split(new RegExp(` *// #(?:end)?region ${region}\n`))[1]!.replaceAll(/^ {2}/gm, "");
  expect(await readFile(readmeOf(name), "utf8")).toContain(`${code}\`\`\`\n`);
});
