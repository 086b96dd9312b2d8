import type { EventStore } from "@leftfold/core";
import type { SeededRandom } from "../builders/seeded-random.ts";

/** One tenant's log as several stores show it: each call goes to one of them, drawn at random. */
export function storeAtRandom(stores: readonly EventStore[], random: SeededRandom): EventStore {
  const drawn = (): EventStore => random.pick(stores);
  return {
    append: (request, options) => drawn().append(request, options),
    readStream: (request, options) => drawn().readStream(request, options),
    readAll: (request, options) => drawn().readAll(request, options),
    subscribe: (request, options) => drawn().subscribe(request, options),
    head: (options) => drawn().head(options),
    [Symbol.asyncDispose]: async () => {
      for (const store of stores) await store[Symbol.asyncDispose]();
    },
  };
}
