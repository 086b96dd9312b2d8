import type { ReadModelId, ReadModelPage, ReadModelQuery, ReadModelStore } from "@leftfold/core";

/** A query's pages, one after the other to the end, and back to the front. Cursors are part of them. */
export async function pagesOf(
  store: ReadModelStore,
  model: ReadModelId,
  query: ReadModelQuery,
): Promise<readonly ReadModelPage[]> {
  const pages = [await store.find(model, query)];
  for (let after = pages[0]!.next; after !== undefined; after = pages.at(-1)!.next) {
    pages.push(await store.find(model, { ...query, after }));
  }
  for (let before = pages.at(-1)!.previous; before !== undefined; before = pages.at(-1)!.previous) {
    pages.push(await store.find(model, { ...query, before }));
  }
  return pages;
}
