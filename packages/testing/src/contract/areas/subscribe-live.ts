import type { EventQuery } from "@leftfold/core";
import { expect } from "vitest";
import { anAppend, anEvent, someEvents } from "../../builders/events.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import type { ContractContext } from "../contract-context.ts";
import { globalNonces, nonces, seed, wholeLog } from "../shorthand.ts";
import { appendInParallel } from "../writers.ts";

const aggregate = (id: number) => ({ aggregateType: "order", aggregateId: `o${id}` });

export const subscribeLive: ContractArea = contractArea("subscribe: live", (test) => {
  test("delivers what is appended through every backend, to subscribers of every backend", async ({
    stores,
    follow,
  }) => {
    const followers = stores.map((store) => follow({}, store));
    for (const follower of followers) await follower.until("caughtUp");
    for (let i = 0; i < 20; i++) {
      await seed(stores[i % stores.length]!, 1, aggregate(i % 3));
      for (const follower of followers) await follower.untilEvents(i + 1);
    }
    for (const follower of followers) expect(follower.events).toEqual(await wholeLog(stores[0]!));
  });

  test("has caught up only with all that was acknowledged before it began, through whichever backend", async ({
    stores,
    follow,
  }) => {
    const query = { anyOf: [{ eventTypes: ["Rare"] }] };
    const [first, last] = [stores[0]!, stores.at(-1)!];
    // Where others follow already, the store has an idea of the head that may be old.
    await follow({}, last).until("caughtUp");
    for (let i = 0; i < 30; i++) {
      const { lastGlobalNonce } = await seed(first, 1);
      for (const request of [{ query }, { query, after: lastGlobalNonce - 1n }, { after: "head" } as const]) {
        const follower = follow(request, last);
        expect((await follower.until("caughtUp")).globalNonce).toBe(lastGlobalNonce);
        expect(follower.events).toEqual([]);
        await follower.stop();
      }
    }
  });

  test("sends a checkpoint while nothing happens, and again, and again after more events", async ({
    store,
    follow,
  }) => {
    await seed(store, 3);
    const follower = follow();
    await follower.until("caughtUp");
    expect((await follower.until("checkpoint")).globalNonce).toBe(3n);
    expect((await follower.until("checkpoint")).globalNonce).toBe(3n);
    await seed(store, 1);
    await follower.untilEvents(4);
    expect((await follower.until("checkpoint")).globalNonce).toBe(4n);
  });

  test("settles what does not match, so that a resumed subscription need not see it again", async ({
    store,
    follow,
  }) => {
    const follower = follow({ query: { anyOf: [{ eventTypes: ["Rare"] }] } });
    await follower.until("caughtUp");
    for (let i = 0; i < 10; i++) await seed(store, 10);
    await follower.reach(100n);
    expect(follower.events).toEqual([]);
    await store.append(anAppend({ events: [anEvent({ eventType: "Rare" })] }));
    const [event] = await follower.untilEvents(1);
    expect(event?.globalNonce).toBe(101n);
  });

  test("loses nothing and repeats nothing at the handover, while eight writers append", async ({
    store,
    follow,
  }) => {
    await seed(store, 300);
    const following = async (i: number): Promise<bigint[]> => {
      // Each starts at another moment of the writing.
      await seed(store, i, aggregate(i));
      const events = await follow().untilEvents(966);
      return events.map(({ globalNonce }) => globalNonce);
    };
    const [, ...followed] = await Promise.all([
      appendInParallel(store, { writers: 8, appends: 25, events: 3 }),
      ...Array.from({ length: 12 }, (_, i) => following(i)),
    ]);
    for (const seen of followed) expect(seen).toEqual(nonces(1, 966));
  });

  test("loses no match and repeats none at the handover, while eight writers append", async ({
    store,
    follow,
  }) => {
    const query = { anyOf: [{ tags: ["writer:3"] }, { eventTypes: ["Written"], aggregateIdPrefix: "w5" }] };
    const followers = Array.from({ length: 6 }, () => follow({ query }));
    await Promise.all([
      appendInParallel(store, { writers: 8, appends: 25, events: 3 }),
      ...followers.map((follower) => follower.reach(600n)),
    ]);
    const expected = await globalNonces(store.readAll({ query }));
    expect(expected.length).toBe(150);
    for (const { events } of followers) {
      expect(events.map(({ globalNonce }) => globalNonce)).toEqual(expected);
    }
  });

  test("keeps no one waiting for a subscriber that stands still, which loses nothing itself", async ({
    store,
    follow,
  }) => {
    const slow = follow();
    const slowWithQuery = follow({ query: { anyOf: [{ tags: ["tenth"] }] } });
    await slow.until("caughtUp");
    await slowWithQuery.until("caughtUp");
    const payload = new Uint8Array(1024);
    const quick = follow();
    for (let i = 1; i <= 40; i++) {
      const events = someEvents(100, { payload, ...(i % 10 === 0 && { tags: ["tenth"] }) });
      await store.append(anAppend({ events }));
      if (i % 10 === 0) await quick.untilEvents(100 * i);
    }
    const events = await slow.untilEvents(4_000);
    expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, 4_000));
    await slowWithQuery.reach(4_000n);
    expect(slowWithQuery.events.length).toBe(400);
    await seed(store, 1);
    await slow.untilEvents(4_001);
    await slowWithQuery.reach(4_001n);
  });

  test("serves fifty subscribers alike", async ({ store, follow }) => {
    const followers = Array.from({ length: 50 }, () => follow());
    await Promise.all(followers.map((follower) => follower.until("caughtUp")));
    await Promise.all([
      appendInParallel(store, { writers: 4, appends: 25, events: 1 }),
      ...followers.map((follower) => follower.untilEvents(100)),
    ]);
    for (const { events } of followers) {
      expect(events.map(({ globalNonce }) => globalNonce)).toEqual(nonces(1, 100));
    }
  });

  test("sees the first event of a tenant that did not exist when it began", async ({ stores, follow }) => {
    const followers = stores.flatMap((store) => [follow({}, store), follow({ after: "head" }, store)]);
    for (const follower of followers) await follower.until("caughtUp");
    await seed(stores[0]!, 1);
    for (const follower of followers) {
      const [event] = await follower.untilEvents(1);
      expect(event?.globalNonce).toBe(1n);
    }
  });

  test("leaves no gap and repeats nothing when it is resumed from where it ended", async (context) => {
    expect(await followInPieces(context)).toEqual(nonces(1, 400));
  });

  test("misses no match when it is resumed from its last checkpoint", async (context) => {
    const query = { anyOf: [{ tags: ["writer:1"] }] };
    const seen = await followInPieces(context, query);
    expect(seen).toEqual(await globalNonces(context.store.readAll({ query })));
    expect(seen.length).toBe(100);
  });

  test("ends for those who leave, and goes on for the others", async ({ store, follow }) => {
    const staying = follow();
    for (let i = 0; i < 20; i++) {
      await seed(store, 1);
      for await (const message of store.subscribe()) if (message.kind === "event") break;
    }
    expect((await staying.untilEvents(20)).length).toBe(20);
  });

  test("can be left while it waits", async ({ store }) => {
    const subscription = store.subscribe()[Symbol.asyncIterator]();
    expect((await subscription.next()).value?.kind).toBe("caughtUp");
    const waiting = (async () => {
      for (;;) if ((await subscription.next()).done) return "left";
    })();
    await subscription.return?.();
    expect(await waiting).toBe("left");
    expect((await subscription.next()).done).toBe(true);
  });
});

/**
 * Follows 400 events while they are appended, by subscriptions that are cut anywhere and resumed from there.
 */
async function followInPieces(
  { store, follow, random }: ContractContext,
  query?: EventQuery,
): Promise<bigint[]> {
  const seen: bigint[] = [];
  const following = async (): Promise<void> => {
    for (let after = 0n; after < 400n; ) {
      const follower = follow({ query, after });
      const upTo = after + BigInt(1 + random.below(60));
      await follower.reach(upTo < 400n ? upTo : 400n);
      await follower.stop();
      seen.push(...follower.events.map(({ globalNonce }) => globalNonce));
      after = follower.position;
    }
  };
  await Promise.all([appendInParallel(store, { writers: 4, appends: 50, events: 2 }), following()]);
  return seen;
}
