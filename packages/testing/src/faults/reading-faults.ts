import type { EventStore, RecordedEvent } from "@leftfold/core";
import type { Fault } from "./faulty-backend.ts";

/** Skips an event in the middle of a read. */
export const skipsAnEvent: Fault = (store, strikes) => {
  const skipping = async function* (events: AsyncIterable<RecordedEvent>): AsyncGenerator<RecordedEvent> {
    let given = 0;
    let held: RecordedEvent | undefined;
    for await (const event of events) {
      if (held !== undefined && (given === 0 || !strikes())) {
        yield held;
        given++;
      }
      held = event;
    }
    if (held !== undefined) yield held;
  };
  return {
    readAll: (request, options) => skipping(store.readAll(request, options)),
    readStream: (request, options) => skipping(store.readStream(request, options)),
  };
};

/** Reads forwards what is to be read backwards. */
export const readsForwardsOnly: Fault = (store, strikes) => ({
  readAll: (request, options) =>
    store.readAll(strikes() ? { ...request, direction: "forwards" } : request, options),
  readStream: (request, options) =>
    store.readStream(strikes() ? { ...request, direction: "forwards" } : request, options),
});

/** Gives everything whatever the query says. */
export const ignoresQueries: Fault = (store, strikes) => ({
  readAll: (request, options) =>
    store.readAll(strikes() ? { ...request, query: undefined } : request, options),
});

/** Leaves out of a record what only some events have. */
export const forgetsMetadata: Fault = (store, strikes) => ({
  async *readAll(request, options) {
    for await (const event of store.readAll(request, options)) {
      yield strikes() ? { ...event, metadata: {} } : event;
    }
  },
});

/** Goes on after its caller's signal was aborted, and after its deadline. */
export const ignoresSignals: Fault = (store, strikes) => ({
  append: (request, options) => store.append(request, strikes() ? undefined : options),
  head: (options) => store.head(strikes() ? undefined : options),
  readAll: (request, options) => store.readAll(request, strikes() ? undefined : options),
  readStream: (request, options) => store.readStream(request, strikes() ? undefined : options),
});

/** Knows of an append only after it has been asked once more. */
export const answersFromYesterday: Fault = (store: EventStore, strikes) => {
  let known = 0n;
  return {
    async head(options) {
      const head = await store.head(options);
      const answer = strikes() ? known : head;
      known = head;
      return answer;
    },
  };
};
