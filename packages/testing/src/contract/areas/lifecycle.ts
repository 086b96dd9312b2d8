import { type EventStore, UnavailableError } from "@leftfold/core";
import { expect } from "vitest";
import { collect } from "../../builders/collect.ts";
import { anAppend, uniqueTenant } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { failureOf } from "../failure.ts";
import { anOrder, seed, wholeLog } from "../shorthand.ts";

const operations: readonly (readonly [string, (store: EventStore) => Promise<unknown>])[] = [
  ["append", (store) => store.append(anAppend())],
  ["head", (store) => store.head()],
  ["readStream", (store) => collect(store.readStream(anOrder))],
  ["readAll", (store) => collect(store.readAll())],
  ["subscribe", (store) => collect(store.subscribe(), { max: 1 })],
];

/**
 * Follows a log until the subscription fails; `begun` resolves when it catches up, `ended` with the failure.
 */
function followToTheEnd(store: EventStore): { begun: Promise<void>; ended: Promise<UnavailableError> } {
  const begun = Promise.withResolvers<void>();
  const ended = failureOf(UnavailableError, async () => {
    for await (const { kind } of store.subscribe()) if (kind === "caughtUp") begun.resolve();
  });
  return { begun: Promise.race([begun.promise, ended.then(() => {})]), ended };
}

export const lifecycle: ContractArea = contractArea("the end of a store", (test) => {
  test("refuses every call with `unavailable` once the backend is disposed", async ({ freshBackends }) => {
    const [backend] = await freshBackends();
    const tenantId = uniqueTenant();
    const store = backend!.tenant(tenantId);
    await seed(store, 1);
    await backend![Symbol.asyncDispose]();
    for (const [name, call] of operations) {
      const { code } = await failureOf(UnavailableError, () => call(store));
      expect(code, name).toBe("unavailable");
      await failureOf(UnavailableError, async () => call(backend!.tenant(tenantId)));
      await failureOf(UnavailableError, async () => call(backend!.tenant(uniqueTenant())));
    }
  });

  test("ends what is being followed with `unavailable` when the backend is disposed", async ({
    freshBackends,
  }) => {
    const [backend] = await freshBackends();
    const store = backend!.tenant(uniqueTenant());
    await seed(store, 1);
    const followings = Array.from({ length: 3 }, () => followToTheEnd(store));
    const ended = Promise.all(followings.map((following) => following.ended));
    await Promise.all(followings.map(({ begun }) => begun));
    await backend![Symbol.asyncDispose]();
    await ended;
  });

  test("settles appends that are in flight when the backend is disposed", async ({ freshBackends }) => {
    const [backend, ...peers] = await freshBackends();
    const tenantId = uniqueTenant();
    const store = backend!.tenant(tenantId);
    const appends = Array.from({ length: 20 }, (_, i) =>
      store.append(anAppend({ aggregateId: `o${i}` })).then(
        () => `o${i}`,
        (error: unknown) => {
          expect(error).toBeInstanceOf(UnavailableError);
          return undefined;
        },
      ),
    );
    await backend![Symbol.asyncDispose]();
    const acknowledged = (await Promise.all(appends)).filter((aggregateId) => aggregateId !== undefined);
    for (const peer of peers) {
      const recorded = (await wholeLog(peer.tenant(tenantId))).map(({ aggregateId }) => aggregateId);
      expect(recorded).toEqual(expect.arrayContaining(acknowledged));
    }
  });

  test("can be disposed more than once", async ({ freshBackends }) => {
    const [backend] = await freshBackends();
    await seed(backend!.tenant(uniqueTenant()), 1);
    await Promise.all([backend![Symbol.asyncDispose](), backend![Symbol.asyncDispose]()]);
    await backend![Symbol.asyncDispose]();
  });

  test("leaves other backends alone, also those on the same log", async ({ freshBackends }) => {
    const [backend, ...peers] = await freshBackends();
    const tenantId = uniqueTenant();
    await seed(backend!.tenant(tenantId), 2);
    const others = [...peers, ...(await freshBackends())].map((other) => other.tenant(tenantId));
    await backend![Symbol.asyncDispose]();
    for (const other of others) {
      const before = await other.head();
      await seed(other, 1);
      expect(await other.head()).toBe(before + 1n);
    }
  });

  test("ends one handle on a tenant's log, and leaves the others alone", async ({ freshBackends }) => {
    const [backend] = await freshBackends();
    const tenantId = uniqueTenant();
    const [ending, staying] = [backend!.tenant(tenantId), backend!.tenant(tenantId)];
    await seed(ending, 1);
    const following = followToTheEnd(ending);
    await following.begun;
    await ending[Symbol.asyncDispose]();
    await following.ended;
    for (const [, call] of operations) await failureOf(UnavailableError, () => call(ending));
    await seed(staying, 1);
    expect((await wholeLog(staying)).length).toBe(2);
    expect((await wholeLog(backend!.tenant(tenantId))).length).toBe(2);
  });
});
