import { expect, test } from "vitest";
import { memoryReadModels } from "./memory-read-models.ts";

const model = { name: "balances", version: 1 };

test("refuses a commit that shares a transaction, since there is none, and writes nothing", async () => {
  await using store = memoryReadModels();
  const writes = [{ kind: "put", key: "a", document: {} }] as const;
  const commit = { checkpoint: model, from: 0n, to: 1n, writes, within: async () => undefined };
  await expect(store.commit(commit)).rejects.toMatchObject({
    code: "invalid-argument",
    violations: [{ field: "within", limit: expect.stringContaining("no transaction") }],
  });
  expect(await store.checkpoint(model)).toBe(0n);
  expect(await store.count(model)).toBe(0);
});

test("hands out documents that nobody can change", async () => {
  await using store = memoryReadModels();
  const document = { list: [{ n: 1 }] };
  await store.commit({ checkpoint: model, from: 0n, to: 1n, writes: [{ kind: "put", key: "a", document }] });
  const found = (await store.getMany(model, ["a"])).get("a") as typeof document;
  expect(() => found.list.push({ n: 2 })).toThrow(TypeError);
  expect(() => Object.assign(found.list[0]!, { n: 2 })).toThrow(TypeError);
});
