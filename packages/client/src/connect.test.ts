import { Code, ConnectError, createRouterTransport } from "@connectrpc/connect";
import { memoryBackend } from "@leftfold/backend-memory";
import {
  ConcurrencyConflictError,
  DeadlineExceededError,
  type EventStoreBackend,
  exact,
  InternalError,
  InvalidArgumentError,
  ResourceExhaustedError,
  UnavailableError,
} from "@leftfold/core";
import { EventStoreService } from "@leftfold/proto";
import { anAppend, anEvent, collect, uniqueTenant } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { connect } from "./connect.ts";
import type { ConnectOptions } from "./connect-options.ts";
import { type ServiceHooks, serveBackend } from "./test-kit/serve-backend.ts";

const baseUrl = "http://in-process";
const soon = { baseDelayMs: 1, delayMaxMs: 1 };

/** A client of a service in this process, with what the service was asked. */
function inProcess(hooks: ServiceHooks = {}, options: Partial<ConnectOptions> = {}) {
  const backend = memoryBackend({ heartbeatMs: 50 });
  const asked: { call: string; headers: Headers; timeoutMs: number | undefined }[] = [];
  const transport = createRouterTransport(
    serveBackend(backend, {
      ...hooks,
      received(call, context) {
        asked.push({ call, headers: context.requestHeader, timeoutMs: context.timeoutMs() });
        return hooks.received?.(call, context);
      },
    }),
  );
  const client = connect({ baseUrl, transport, retry: soon, ...options });
  const tenantId = uniqueTenant();
  return {
    backend,
    client,
    asked,
    tenantId,
    store: client.tenant(tenantId),
    local: backend.tenant(tenantId),
  };
}

/** Does something once, and nothing afterwards. */
function once(act: () => void): () => void {
  let done = false;
  return () => {
    if (done) return;
    done = true;
    act();
  };
}

function lose(): never {
  throw new ConnectError("the connection broke", Code.Aborted);
}

const never = (): Promise<never> => new Promise(() => undefined);

describe("appending", () => {
  test("gives every append a key of its own, and repeats it with the same one", async () => {
    const { store, local, asked } = inProcess({ processed: once(lose) });
    const result = await store.append(anAppend({ expected: exact(0n) }));
    expect(result).toMatchObject({ firstGlobalNonce: 1n, replayed: false });
    expect(await local.head()).toBe(1n);
    expect(asked.length).toBe(2);
  });

  test("says replayed when a key of the caller's own was used before", async () => {
    const { store } = inProcess();
    const append = anAppend({ idempotencyKey: "k" });
    const first = await store.append(append);
    expect(await store.append(append)).toEqual({ ...first, replayed: true });
    expect(first.replayed).toBe(false);
  });

  test("sends appends of several tenants together, and gives each its own outcome", async () => {
    const { client, asked } = inProcess();
    const [one, other] = [client.tenant("one"), client.tenant("other")];
    const outcomes = await Promise.allSettled([
      one.append(anAppend()),
      other.append(anAppend({ expected: exact(3n) })),
      other.append(anAppend()),
    ]);
    expect(outcomes.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(outcomes[1]).toMatchObject({ reason: expect.any(ConcurrencyConflictError) });
    expect(asked.map(({ call }) => call)).toEqual(["appendBatch"]);
  });

  test("checks an append before it is sent, and fails as the server would", async () => {
    const { store, local, asked } = inProcess();
    const broken = anAppend({ aggregateId: "", events: [anEvent({ payload: new Uint8Array(2 ** 20 + 1) })] });
    const [here, there] = await Promise.allSettled([store.append(broken), local.append(broken)]);
    expect(here).toMatchObject({ status: "rejected", reason: expect.any(InvalidArgumentError) });
    expect(here).toEqual(there);
    expect(asked).toEqual([]);
  });

  test("holds to limits that differ from the default ones", async () => {
    const { store } = inProcess({}, { limits: { payloadBytesMax: 10 } });
    const append = anAppend({ events: [anEvent({ payload: new Uint8Array(11) })] });
    await expect(store.append(append)).rejects.toThrow(/at most 10 bytes/);
  });

  test("refuses what finds the queue full", async () => {
    const { store } = inProcess({ received: never }, { append: { waitingAppendsMax: 1 } });
    const waiting = store.append(anAppend(), { timeoutMs: 20 });
    await expect(store.append(anAppend())).rejects.toBeInstanceOf(ResourceExhaustedError);
    await expect(waiting).rejects.toBeInstanceOf(DeadlineExceededError);
  });

  test("sends nothing when the signal is aborted already, or the timeout is none", async () => {
    const { store, asked } = inProcess();
    await expect(store.append(anAppend(), { signal: AbortSignal.abort("no") })).rejects.toBe("no");
    await expect(store.append(anAppend(), { timeoutMs: 0 })).rejects.toBeInstanceOf(InvalidArgumentError);
    expect(asked).toEqual([]);
  });

  test("fails when the server answers with another number of outcomes", async () => {
    const transport = createRouterTransport((router) => {
      router.service(EventStoreService, { appendBatch: () => ({ outcomes: [] }) });
    });
    const store = connect({ baseUrl, transport }).tenant("t");
    const outcomes = await Promise.allSettled([store.append(anAppend()), store.append(anAppend())]);
    for (const outcome of outcomes) expect(outcome).toMatchObject({ reason: expect.any(InternalError) });
    expect(outcomes[0]).toMatchObject({
      reason: { message: "The server answered 2 appends with 0 outcomes." },
    });
  });

  test("repeats an attempt that takes too long", async () => {
    let calls = 0;
    const received = () => (calls++ === 0 ? never() : undefined);
    const { store, asked } = inProcess({ received }, { retry: { ...soon, attemptTimeoutMs: 50 } });
    expect(await store.append(anAppend())).toMatchObject({ firstGlobalNonce: 1n });
    expect(asked.map(({ timeoutMs }) => (timeoutMs ?? 99) <= 50)).toEqual([true, true]);
  });
});

describe("asking for the head", () => {
  test("tries again what failed on the way", async () => {
    const { store, asked } = inProcess({ received: once(lose) });
    await store.append(anAppend());
    expect(await store.head()).toBe(1n);
    expect(asked.length).toBe(3);
  });

  test("ends at its deadline, which is sent along, or with the reason of its signal", async () => {
    const { store, asked } = inProcess({ received: never });
    await expect(store.head({ timeoutMs: 30 })).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(asked[0]?.timeoutMs).toBeLessThanOrEqual(30);
    const controller = new AbortController();
    const head = store.head({ signal: controller.signal });
    controller.abort("enough");
    await expect(head).rejects.toBe("enough");
  });

  test("gives up with the last error", async () => {
    const { store } = inProcess({ received: lose }, { retry: { ...soon, attemptsMax: 3 } });
    await expect(store.head()).rejects.toThrow(/the connection broke. Gave up after 3 attempts/);
  });
});

describe("reading and following", () => {
  test("passes over what a newer server may send in a subscription", async () => {
    const transport = createRouterTransport((router) => {
      router.service(EventStoreService, {
        async *subscribe() {
          const unknown = { no: 99, wireType: 0, data: Uint8Array.of(1) } as const;
          yield {
            $typeName: "leftfold.eventstore.v1.SubscribeResponse",
            message: { case: undefined },
            $unknown: [unknown],
          };
          yield { message: { case: "caughtUp", value: 0n } };
        },
      });
    });
    const store = connect({ baseUrl, transport }).tenant("t");
    expect(await collect(store.subscribe(), { max: 1 })).toEqual([{ kind: "caughtUp", globalNonce: 0n }]);
  });

  test("rejects what is not valid without asking the server", async () => {
    const { store, asked, client } = inProcess();
    await expect(collect(store.readAll({ from: 0n }))).rejects.toBeInstanceOf(InvalidArgumentError);
    await expect(collect(store.readStream({ aggregateType: "", aggregateId: "x" }))).rejects.toThrow(
      /aggregateType/,
    );
    await expect(collect(store.subscribe({ after: -1n }))).rejects.toBeInstanceOf(InvalidArgumentError);
    expect(() => client.tenant("")).toThrow(InvalidArgumentError);
    expect(asked).toEqual([]);
  });
});

describe("headers", () => {
  test("go with every call", async () => {
    const { store, asked } = inProcess({}, { headers: { authorization: "Bearer x" } });
    await store.append(anAppend());
    await store.head();
    await collect(store.readAll());
    await collect(store.readStream({ aggregateType: "a", aggregateId: "b" }));
    await collect(store.subscribe(), { max: 1 });
    expect(new Set(asked.map(({ call }) => call)).size).toBe(5);
    expect(asked.every(({ headers }) => headers.get("authorization") === "Bearer x")).toBe(true);
  });

  test("may be asked for anew before every attempt", async () => {
    let token = 0;
    const headers = async () => ({ authorization: `Bearer ${++token}` });
    const { store, asked } = inProcess({ received: once(lose) }, { headers });
    await store.head();
    expect(asked.map((call) => call.headers.get("authorization"))).toEqual(["Bearer 1", "Bearer 2"]);
  });
});

describe("closing", () => {
  const calls: Record<string, (store: ReturnType<EventStoreBackend["tenant"]>) => Promise<unknown>> = {
    append: (store) => store.append(anAppend()),
    head: (store) => store.head(),
    readAll: (store) => collect(store.readAll()),
    readStream: (store) => collect(store.readStream({ aggregateType: "a", aggregateId: "b" })),
    subscribe: (store) => collect(store.subscribe()),
  };

  test.each(Object.keys(calls))("the client ends %s with unavailable, under way or later", async (name) => {
    const { client, store } = inProcess({ received: never });
    const underWay = calls[name]?.(store);
    await client[Symbol.asyncDispose]();
    await client[Symbol.asyncDispose]();
    await expect(underWay).rejects.toBeInstanceOf(UnavailableError);
    await expect(underWay).rejects.toThrow(/^The store was closed/);
    await expect(calls[name]?.(store)).rejects.toThrow(/^The store was closed/);
    await expect(calls[name]?.(client.tenant("other"))).rejects.toThrow(/^The store was closed/);
  });

  test.each(Object.keys(calls))("a store ends %s of its own, and leaves other stores be", async (name) => {
    const { client, store } = inProcess({
      received: (call) => (call === "appendBatch" ? undefined : never()),
    });
    const underWay = calls[name]?.(store);
    const other = client.tenant("other").append(anAppend());
    await store[Symbol.asyncDispose]();
    await store[Symbol.asyncDispose]();
    await expect(underWay).rejects.toThrow(/^The store was closed/);
    await expect(calls[name]?.(store)).rejects.toThrow(/^The store was closed/);
    expect(await other).toMatchObject({ firstGlobalNonce: 1n });
    await client[Symbol.asyncDispose]();
  });
});

describe("options", () => {
  test.each(["", "localhost:50051", "ftp://x", "http://"])("refuse %j as a base URL", (url) => {
    expect(() => connect({ baseUrl: url })).toThrow(InvalidArgumentError);
  });

  test("are checked: those of retrying, of appending", () => {
    expect(() => connect({ baseUrl, retry: { attemptsMax: 0 } })).toThrow(/retry.attemptsMax/);
    expect(() => connect({ baseUrl, append: { callsInFlightMax: -1 } })).toThrow(/append.callsInFlightMax/);
  });
});
