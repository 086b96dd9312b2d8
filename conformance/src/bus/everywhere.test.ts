import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import type { EventStore } from "@leftfold/core";
import { forwarder, inProcessBus, recordedEventOf } from "@leftfold/event-sourcing";
import { startServer } from "@leftfold/server";
import { collect } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { appendSome } from "./numbered-log.ts";

/** What follows works the same wherever the store is. */
const places: readonly [string, (scope: AsyncDisposableStack) => Promise<EventStore>][] = [
  ["in this process", async (scope) => scope.use(memoryBackend()).tenant("shop")],
  [
    "behind a server",
    async (scope) => {
      const server = await startServer({ backend: memoryBackend(), bindAddr: "127.0.0.1:0" });
      scope.defer(() => server.close());
      return scope.use(connect({ baseUrl: server.url })).tenant("shop");
    },
  ],
];

describe.each(places)("over a store %s", (_place, open) => {
  test("a forwarder tells a bus, and the bus tells those who asked", async () => {
    await using scope = new AsyncDisposableStack();
    const store = await open(scope);
    await using readModels = memoryReadModels();
    const told: unknown[] = [];
    await appendSome(store, 20);
    {
      await using bus = inProcessBus();
      bus.subscribe({ types: ["Even"], subjects: ["Order/*"] }, (event) => {
        told.push(recordedEventOf(event));
      });
      await using forwarding = forwarder({ name: "to-bus", store, readModels, sink: bus });
      await forwarding.waitFor(20n);
      await appendSome(store, 4);
      await forwarding.waitFor(24n);
    }
    expect(told).toEqual(await collect(store.readAll({ query: { anyOf: [{ eventTypes: ["Even"] }] } })));
    expect(told).toHaveLength(12);
  });
});
