import { randomUUID } from "node:crypto";
import { memoryReadModels } from "@leftfold/backend-memory";
import type { DocumentWrite, JsonObject, ReadModelId, ReadModelStore } from "@leftfold/core";
import {
  arbitraryDocument,
  arbitraryName,
  arbitraryPath,
  arbitraryReadModelFilter,
  arbitraryReadModelOrders,
  pagesOf,
} from "@leftfold/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { databaseUrl, Workbench } from "../testing/workbench.ts";
import { type PostgresReadModelStore, postgresReadModels } from "./postgres-read-models.ts";

const workbench: Workbench = new Workbench();
const memory: ReadModelStore = memoryReadModels();
let durable: PostgresReadModelStore;
const indexed = { name: "with indexes", version: 1, indexes: ["a", "b"] };

beforeAll(async () => {
  durable = await postgresReadModels({
    url: databaseUrl,
    schema: workbench.schemaName,
    tenantId: randomUUID(),
  });
  await durable.define(indexed);
});
afterAll(async () => {
  await durable[Symbol.asyncDispose]();
  await workbench[Symbol.asyncDispose]();
});

const someDocuments = fc.uniqueArray(fc.tuple(arbitraryName(), arbitraryDocument()), {
  maxLength: 25,
  selector: ([key]) => key,
});

let checkpoint = 0n;

/** Gives both stores these documents in place of those of a moment ago. */
async function replaceAll(
  model: ReadModelId,
  documents: readonly (readonly [string, JsonObject])[],
): Promise<void> {
  const { documents: old } = await memory.find(model, { limit: 1000 });
  const writes: DocumentWrite[] = [
    ...old.map(({ key }) => ({ kind: "remove", key, model }) as const),
    ...documents.map(([key, document]) => ({ kind: "put", key, document, model }) as const),
  ];
  const commit = { checkpoint: { name: "run", version: 1 }, from: checkpoint, to: ++checkpoint, writes };
  await Promise.all([memory.commit(commit), durable.commit(commit)]);
}

it.each([
  ["with indexes", indexed],
  ["without indexes", { name: "without", version: 1 }],
])("gives the pages, the counts and the documents that memory gives, %s", async (_, model) => {
  const query = fc.record({
    where: fc.option(arbitraryReadModelFilter(), { nil: undefined }),
    orderBy: arbitraryReadModelOrders(),
    limit: fc.integer({ min: 2, max: 12 }),
  });
  await fc.assert(
    fc.asyncProperty(
      someDocuments,
      fc.array(query, { minLength: 1, maxLength: 12 }),
      async (documents, queries) => {
        await replaceAll(model, documents);
        const keys = documents.map(([key]) => key);
        expect(await durable.getMany(model, keys)).toEqual(await memory.getMany(model, keys));
        for (const { where, ...paging } of queries) {
          const filtered = where === undefined ? paging : { ...paging, where };
          expect(await pagesOf(durable, model, filtered)).toEqual(await pagesOf(memory, model, filtered));
          expect(await durable.count(model, where)).toBe(await memory.count(model, where));
        }
      },
    ),
    { numRuns: 150 },
  );
});

it("takes every path for an index, and finds by it what memory finds", async () => {
  await fc.assert(
    fc.asyncProperty(
      someDocuments,
      arbitraryPath(),
      arbitraryReadModelFilter(),
      async (documents, path, where) => {
        const model = { name: "each its own", version: 1, indexes: [path] };
        await durable.define(model);
        await replaceAll(model, documents);
        const query = { where, orderBy: [{ path, direction: "desc" as const }], limit: 3 };
        expect(await pagesOf(durable, model, query)).toEqual(await pagesOf(memory, model, query));
        await durable.drop(model);
        await memory.drop(model);
      },
    ),
    { numRuns: 15 },
  );
});
