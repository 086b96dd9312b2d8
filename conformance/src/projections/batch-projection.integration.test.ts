import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { postgresReadModels } from "@leftfold/backend-postgres";
import {
  type BatchDocuments,
  defineBatchProjection,
  defineDocumentsProjection,
  EventProcessingError,
  foldProjection,
  InvalidDefinitionError,
  readModels,
  replayParked,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import postgres, { type TransactionSql } from "postgres";
import { expect, test } from "vitest";
import { Account } from "./account.ts";
import { openSchema, worlds } from "./world.ts";

const timeoutMs = 30_000;
const quick = { retry: { attemptsMax: 2, baseDelayMs: 1, delayMaxMs: 2 } };

/** How many events there are of each type, and the last batch's size. */
const counts = defineBatchProjection({
  name: "counts",
  version: 1,
  of: [Account],
  handle: async (events, documents: BatchDocuments<{ n: number }>) => {
    for (const { type } of events) {
      const found = await documents.getMany([type]);
      documents.put(type, { n: (found.get(type)?.n ?? 0) + 1 });
      if (type === "AccountClosed") documents.remove("MoneyDeposited");
    }
  },
});

test.each(worlds)(
  "hands whole batches to a handler, and commits its documents, over $name",
  async ({ open }) => {
    await using world = await open();
    const account = repository(world.store, Account).at("ann");
    await account.open("Ann");
    await account.deposit(1);
    await using runner = runProjection(world.store, world.readModels, counts);
    await runner.caughtUp({ timeoutMs });
    await account.deposit(1);
    await runner.caughtUp({ timeoutMs });
    const view = readModels(world.readModels).of(counts);
    expect(await view.get("MoneyDeposited")).toEqual({ n: 2 });
    await account.close();
    await runner.caughtUp({ timeoutMs });
    expect(await view.get("MoneyDeposited")).toBeUndefined();
  },
);

test("writes to tables of the user's own in the transaction of the checkpoint", async () => {
  await using schema = await openSchema();
  await using stack = new AsyncDisposableStack();
  const backend = stack.use(memoryBackend());
  const store = backend.tenant("bank");
  const stored = stack.use(await postgresReadModels({ ...schema, tenantId: "bank" }));
  const sql = postgres(schema.url, { max: 1, onnotice: () => undefined });
  stack.defer(() => sql.end());
  await sql.unsafe(
    `create table "${schema.schema}".deposits (global_nonce bigint primary key, amount integer)`,
  );
  const broken = { failures: 1 };
  const deposits = defineBatchProjection({
    name: "deposits",
    version: 1,
    of: [Account],
    events: ["MoneyDeposited"],
    within: async (events, transaction: TransactionSql) => {
      for (const { globalNonce, data } of events) {
        await transaction.unsafe(`insert into "${schema.schema}".deposits values ($1, $2)`, [
          String(globalNonce),
          data.amount,
        ]);
      }
      if (broken.failures-- > 0) throw new Error("not yet");
    },
  });
  await repository(store, Account).at("ann").deposit(1);
  await repository(store, Account).at("ann").deposit(2);
  const restart = { baseDelayMs: 1, delayMaxMs: 2 };
  await using runner = runProjection(store, stored, deposits, { onError: quick, restart });
  await runner.caughtUp({ timeoutMs });
  const amounts = () => sql.unsafe(`select amount from "${schema.schema}".deposits order by global_nonce`);
  expect(await amounts()).toEqual([{ amount: 1 }, { amount: 2 }]);
  expect(runner.status().retries).toBe(1);

  broken.failures = 2;
  await repository(store, Account).at("ann").deposit(3);
  await expect(runner.ended()).rejects.toThrow(EventProcessingError);
  expect(await amounts()).toHaveLength(2);
  runner.start();
  await runner.caughtUp({ timeoutMs });
  expect(await amounts()).toHaveLength(3);
});

test("stops at a batch whose handler fails again and again", async () => {
  const failing = defineBatchProjection({
    name: "failing",
    version: 1,
    of: [Account],
    handle: () => {
      throw new Error("never");
    },
  });
  await using backend = memoryBackend();
  const store = backend.tenant("bank");
  const stored = memoryReadModels();
  await repository(store, Account).at("ann").deposit(1);
  await using runner = runProjection(store, stored, failing, { onError: quick });
  await expect(runner.ended()).rejects.toThrow("a batch of 1");
  expect(runner.status().checkpoint).toBe(0n);
  await expect(replayParked(store, stored, failing, "ann")).rejects.toThrow(InvalidDefinitionError);
  expect(() => foldProjection(failing, [])).toThrow(InvalidDefinitionError);
});

test("refuses documents that an event has not declared", async () => {
  const undeclared = defineDocumentsProjection({
    name: "undeclared",
    version: 1,
    of: [Account],
    keys: (event) => [event.aggregateId],
    initial: { n: 0 },
    on: { MoneyDeposited: (documents) => documents.put("other", { n: 1 }) },
  });
  await using backend = memoryBackend();
  const store = backend.tenant("bank");
  await repository(store, Account).at("ann").deposit(1);
  await using runner = runProjection(store, memoryReadModels(), undeclared, { onError: quick });
  await expect(runner.ended()).rejects.toThrow('document "other"');
});
