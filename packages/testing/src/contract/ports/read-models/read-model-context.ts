import type {
  DocumentWrite,
  JsonObject,
  ReadModelCommit,
  ReadModelFilter,
  ReadModelId,
  ReadModelQuery,
  ReadModelStore,
} from "@leftfold/core";
import type { PortContext } from "../port-stores.ts";

export type ReadModelContext = PortContext<ReadModelStore>;

export const balances: ReadModelId = { name: "balances", version: 1 };

export function put(key: string, document: JsonObject = {}, model?: ReadModelId): DocumentWrite {
  return { kind: "put", key, document, model };
}

export function remove(key: string, model?: ReadModelId): DocumentWrite {
  return { kind: "remove", key, model };
}

/** A commit that is valid whatever is left out: to the balances, from no checkpoint to the first event. */
export function aCommit(fields: Partial<ReadModelCommit> = {}): ReadModelCommit {
  return { checkpoint: balances, from: 0n, to: 1n, writes: [], ...fields };
}

/** Documents under their keys, in a first commit. */
export async function seedDocuments(
  store: ReadModelStore,
  documents: Readonly<Record<string, JsonObject>>,
): Promise<void> {
  const writes = Object.entries(documents).map(([key, document]) => put(key, document));
  await store.commit(aCommit({ writes }));
}

/** The keys of a query's first page, in order. */
export async function foundKeys(store: ReadModelStore, query: ReadModelQuery = {}): Promise<string[]> {
  return (await store.find(balances, query)).documents.map(({ key }) => key);
}

/** The keys that a filter selects, ascending; the count must agree. */
export async function selectedKeys(store: ReadModelStore, where: ReadModelFilter): Promise<string> {
  const keys = await foundKeys(store, { where });
  const count = await store.count(balances, where);
  if (count !== keys.length) throw new Error(`It found ${keys.join(" ")}, but it counted ${count}.`);
  return keys.join(" ");
}

/** All documents of a read model, by key. */
export async function allDocuments(
  store: ReadModelStore,
  model: ReadModelId = balances,
): Promise<Readonly<Record<string, JsonObject>>> {
  const { documents } = await store.find(model, { limit: 1000 });
  return Object.fromEntries(documents.map(({ key, document }) => [key, document]));
}
