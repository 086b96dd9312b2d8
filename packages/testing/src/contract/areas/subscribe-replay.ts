import type { SubscribeRequest } from "@leftfold/core";
import fc from "fast-check";
import { expect } from "vitest";
import { fewNames } from "../../arbitraries/names.ts";
import { arbitrarySubscribeRequest } from "../../arbitraries/queries.ts";
import { collect } from "../../builders/collect.ts";
import { anAppend, anEvent, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import { expectInvalid } from "../failure.ts";
import { seedGenerated } from "../seed-generated.ts";
import { globalNonces, nonces, seed, wholeLog } from "../shorthand.ts";
import { readFrom } from "../whole-log-model.ts";

export const subscribeReplay: ContractArea = contractArea("subscribe: history", (test) => {
  test("delivers history, says that it caught up, and goes on with what is appended then", async ({
    store,
    follow,
  }) => {
    await seed(store, 5);
    const follower = follow();
    expect((await follower.until("caughtUp")).globalNonce).toBe(5n);
    expect(follower.events).toEqual(await wholeLog(store));
    await seed(store, 2);
    expect(await follower.untilEvents(7)).toEqual(await wholeLog(store));
  });

  test("delivers a long history in order, without a gap", async ({ store, follow }) => {
    for (let i = 0; i < 5; i++) await store.append(anAppend({ events: someEvents(1_000) }));
    const follower = follow();
    await follower.until("caughtUp");
    expect(follower.events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, 5_000));
  });

  for (const [words, after, expected] of [
    ["0: the whole log", 0n, nonces(1, 8)],
    ["a nonce in the middle, exclusive", 3n, nonces(4, 8)],
    ["the last nonce but one", 4n, nonces(5, 8)],
    ["the last nonce: what comes from now on", 5n, nonces(6, 8)],
    ["the head: what comes from now on", "head", nonces(6, 8)],
    ["a nonce that is still to come: what follows it", 7n, [8n]],
  ] as const) {
    test(`starts after ${words}`, async ({ store, follow }) => {
      await seed(store, 5);
      const follower = follow({ after });
      await follower.until("caughtUp");
      await seed(store, 3);
      await follower.untilEvents(expected.length);
      expect(follower.events.map(({ globalNonce }) => globalNonce)).toEqual(expected);
    });
  }

  test("catches up at 0 with a log that is empty", async ({ follow }) => {
    for (const after of [undefined, 0n, "head"] as const) {
      const message = await follow({ after }).next();
      expect(message).toEqual({ kind: "caughtUp", globalNonce: 0n });
    }
  });

  test("delivers of history what matches, and settles the rest by a checkpoint", async ({
    store,
    follow,
  }) => {
    for (let i = 1; i <= 40; i++) {
      await store.append(anAppend({ events: [anEvent({ eventType: i % 10 === 1 ? "Rare" : "Frequent" })] }));
    }
    const rare = follow({ query: { anyOf: [{ eventTypes: ["Rare"] }] } });
    expect((await rare.until("caughtUp")).globalNonce).toBe(40n);
    expect(rare.events.map(({ globalNonce }) => globalNonce)).toEqual([1n, 11n, 21n, 31n]);
    const none = follow({ query: { anyOf: [{ eventTypes: ["None"] }] } });
    expect((await none.until("caughtUp")).globalNonce).toBe(40n);
    expect(none.events).toEqual([]);
  });

  test("serves subscriptions with different queries and starts side by side", async ({ store, follow }) => {
    for (let i = 0; i < 30; i++) {
      const tags = [`mod3:${i % 3}`];
      await store.append(anAppend({ events: [anEvent({ eventType: i % 2 === 0 ? "Even" : "Odd", tags })] }));
    }
    const requests: SubscribeRequest[] = [
      {},
      { query: { anyOf: [{ eventTypes: ["Even"] }] } },
      { query: { anyOf: [{ eventTypes: ["Odd"], tags: ["mod3:0"] }] }, after: 7n },
      { query: { anyOf: [{ tags: ["mod3:1"] }, { tags: ["mod3:2"] }] }, after: 20n },
    ];
    const followers = requests.map((request) => follow(request));
    await Promise.all(followers.map((follower) => follower.reach(30n)));
    for (const [i, { query, after }] of requests.entries()) {
      const from = typeof after === "bigint" ? after + 1n : 1n;
      const found = await globalNonces(store.readAll({ query, from }));
      expect(followers[i]?.events.map(({ globalNonce }) => globalNonce)).toEqual(found);
    }
  });

  test("agrees with reads, over generated logs, queries and starts", async ({ store, follow, random }) => {
    const log = await seedGenerated(store, random.below(2 ** 31));
    const head = BigInt(log.length);
    const agrees = async (request: SubscribeRequest) => {
      const follower = follow(request);
      await follower.reach(head);
      await follower.stop();
      const after = request.after === "head" ? head : (request.after ?? 0n);
      expect(follower.events).toEqual(readFrom(log, { query: request.query, from: after + 1n }));
    };
    const request = arbitrarySubscribeRequest({ names: fewNames(), nonceMax: head });
    await fc.assert(fc.asyncProperty(request, agrees), { numRuns: 50, seed: random.below(2 ** 31) });
  });

  for (const after of [-1n, 2n ** 63n]) {
    test(`rejects a start after ${after}`, async ({ store }) => {
      const value = new RegExp(String(after));
      await expectInvalid(() => collect(store.subscribe({ after }), { max: 1 }), "after", { value });
    });
  }
});
