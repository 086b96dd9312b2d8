import { memoryBackend } from "@leftfold/backend-memory";
import { ConcurrencyConflictError, exact, InvalidArgumentError, noStream } from "@leftfold/core";
import { anAppend, collect, someEvents, takeUntil, uniqueTenant } from "@leftfold/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import { startTestServer, type TestServer } from "./test-kit/test-server.ts";

describe("a client over gRPC", () => {
  const backend = memoryBackend();
  let server: TestServer;
  let client: ReturnType<typeof connect>;
  beforeAll(async () => {
    server = await startTestServer({ backend });
    client = connect({ baseUrl: server.url });
  });
  afterAll(async () => {
    await client[Symbol.asyncDispose]();
    await server[Symbol.asyncDispose]();
  });

  test("appends, and gets the same result as in process", async () => {
    const store = client.tenant(uniqueTenant());
    const result = await store.append(anAppend({ expected: noStream, events: someEvents(3) }));
    expect(result).toEqual({
      firstGlobalNonce: 1n,
      lastGlobalNonce: 3n,
      aggregates: [{ aggregateType: "order", aggregateId: "o1", aggregateNonce: 3n }],
      replayed: false,
    });
    expect(await store.head()).toBe(3n);
  });

  test("reads what the store recorded, field by field, in both directions", async () => {
    const tenantId = uniqueTenant();
    const store = client.tenant(tenantId);
    await store.append(
      anAppend({ events: someEvents(250, { tags: ["a"], metadata: { k: "v" }, actorId: "x" }) }),
    );
    const recorded = await collect(backend.tenant(tenantId).readAll());
    expect(await collect(store.readAll())).toEqual(recorded);
    expect(await collect(store.readAll({ direction: "backwards" }))).toEqual(recorded.toReversed());
    const request = { aggregateType: "order", aggregateId: "o1", from: 200n, maxCount: 10 };
    expect(await collect(store.readStream(request))).toEqual(recorded.slice(199, 209));
  });

  test("follows history, then what is appended", async () => {
    const store = client.tenant(uniqueTenant());
    await store.append(anAppend({ events: someEvents(2) }));
    const seen: string[] = [];
    for await (const message of store.subscribe()) {
      seen.push(message.kind === "event" ? `event ${message.event.globalNonce}` : message.kind);
      if (message.kind === "caughtUp") await store.append(anAppend());
      if (seen.at(-1) === "event 3") break;
    }
    expect(seen).toEqual(["event 1", "event 2", "caughtUp", "event 3"]);
  });

  test("brings the store's errors back as what they were", async () => {
    const store = client.tenant(uniqueTenant());
    await store.append(anAppend({ expected: noStream }));
    const error = await store.append(anAppend({ expected: exact(5n) })).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(ConcurrencyConflictError);
    expect((error as ConcurrencyConflictError).violations).toEqual([
      { kind: "expectation", aggregateType: "order", aggregateId: "o1", expected: exact(5n), actual: 1n },
    ]);
    await expect(store.append({ appends: [] })).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(collect(store.readAll({ maxCount: 0 }))).rejects.toBeInstanceOf(InvalidArgumentError);
  });

  test("cancels a subscription on the server when the loop is left", async () => {
    const store = client.tenant(uniqueTenant());
    await takeUntil(store.subscribe(), ({ kind }) => kind === "caughtUp");
  });
});
