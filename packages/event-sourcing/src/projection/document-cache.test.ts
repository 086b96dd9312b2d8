import { expect, test } from "vitest";
import { DocumentCache } from "./document-cache.ts";

test("holds what was used last, and lets go of the rest at its bound", () => {
  const cache = new DocumentCache(4, false);
  for (let key = 0; key < 100; key++) {
    cache.set("hot", { used: key });
    cache.set(`cold-${key}`, { key });
    expect(cache.get("hot")).toEqual({ used: key });
    expect(cache.size).toBeLessThanOrEqual(5);
  }
  expect(cache.get("cold-0")).toBeUndefined();
  expect(cache.get("cold-99")).toEqual({ key: 99 });
});

test("keeps apart that there is no document, and that it is not known", () => {
  const cache = new DocumentCache(10, false);
  cache.set("gone", null);
  expect(cache.get("gone")).toBeNull();
  expect(cache.get("unknown")).toBeUndefined();
});

test("knows that an empty read model has no documents, until it had to let go of one", () => {
  const cache = new DocumentCache(4, true);
  expect(cache.get("a")).toBeNull();
  for (const key of ["a", "b", "c", "d", "e"]) cache.set(key, { key });
  expect(cache.get("a")).toBeUndefined();
  expect(cache.get("never")).toBeUndefined();
});

test("asks again for a document that somebody else has changed", () => {
  const cache = new DocumentCache(10, true);
  cache.set("a", { n: 1 });
  cache.forget("a");
  expect(cache.get("a")).toBeUndefined();
});
