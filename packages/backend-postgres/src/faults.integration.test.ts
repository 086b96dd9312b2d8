import { type EventStoreBackend, EventStoreError, noStream } from "@leftfold/core";
import { anAggregate, anAppend, collect, freshSeed, SeededRandom, someEvents } from "@leftfold/testing";
import { commitMoments, postgresTap } from "@leftfold/testing/proxy";
import { describe, expect, it } from "vitest";
import { databaseProxy, urlThrough } from "./testing/database-proxy.ts";
import { until, Workbench } from "./testing/workbench.ts";

/** Appends until it is answered, always under the same key. */
async function insist(backend: EventStoreBackend, name: string): Promise<readonly bigint[]> {
  const appends = [
    anAggregate({ aggregateType: "left", aggregateId: name, expected: noStream, events: someEvents(2) }),
    anAggregate({ aggregateType: "right", aggregateId: name, expected: noStream }),
  ];
  for (;;) {
    try {
      const { firstGlobalNonce } = await backend.tenant("t").append({ appends, idempotencyKey: name });
      return [firstGlobalNonce, firstGlobalNonce + 1n, firstGlobalNonce + 2n];
    } catch (error) {
      if (!(error instanceof EventStoreError && error.retryable)) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2));
    }
  }
}

/** Follows the log through everything, and notes the nonces that come. */
function followThrough(backend: EventStoreBackend): { nonces: bigint[]; stop: () => Promise<void> } {
  const nonces: bigint[] = [];
  const controller = new AbortController();
  const run = async (): Promise<void> => {
    while (!controller.signal.aborted) {
      try {
        const request = { after: nonces.at(-1) ?? 0n };
        for await (const message of backend.tenant("t").subscribe(request, { signal: controller.signal })) {
          if (message.kind === "event") nonces.push(message.event.globalNonce);
        }
      } catch (error) {
        if (!controller.signal.aborted && !(error instanceof EventStoreError && error.retryable)) throw error;
      }
    }
  };
  const running = run();
  return {
    nonces,
    stop: async () => {
      controller.abort();
      await running;
    },
  };
}

async function hammer(
  backends: readonly EventStoreBackend[],
  { writers, each }: { writers: number; each: number },
): Promise<bigint[]> {
  const acknowledged = await Promise.all(
    Array.from({ length: writers }, async (_, writer) => {
      const nonces: bigint[] = [];
      for (let i = 0; i < each; i++) {
        nonces.push(...(await insist(backends[(writer + i) % backends.length]!, `${writer}-${i}`)));
      }
      return nonces;
    }),
  );
  return acknowledged.flat().sort((one, other) => (one < other ? -1 : 1));
}

const upTo = (count: number): bigint[] => Array.from({ length: count }, (_, i) => BigInt(i + 1));

describe("a store whose connections fail", () => {
  it("records every append once and whole, and lets followers miss nothing, whatever is cut", async () => {
    const seed = freshSeed();
    const random = new SeededRandom(seed);
    let chance = 0;
    const cutAt = () => (random.chance(chance) ? random.pick(commitMoments) : undefined);
    await using proxy = await databaseProxy({ random: random.fork(), tap: postgresTap({ cutAt }) });
    await using workbench = new Workbench();
    const backends = [
      await workbench.backend({ url: urlThrough(proxy) }),
      await workbench.backend({ url: urlThrough(proxy) }),
    ];
    const followers = backends.map(followThrough);
    chance = 0.03;
    const acknowledged = await hammer(backends, { writers: 12, each: 25 });
    chance = 0;
    expect(acknowledged, `seed ${seed}`).toEqual(upTo(900));
    await until(() => followers.every(({ nonces }) => nonces.length >= 900));
    for (const { nonces, stop } of followers) {
      await stop();
      expect(nonces, `seed ${seed}`).toEqual(upTo(900));
    }
    const log = await collect(backends[0]!.tenant("t").readAll());
    expect(log.map(({ globalNonce }) => globalNonce)).toEqual(upTo(900));
    expect(proxy.cuts).toBeGreaterThan(0);
  });

  it("survives that an administrator terminates all of its connections, again and again", async () => {
    await using workbench = new Workbench();
    const backends = [await workbench.backend(), await workbench.backend()];
    const followers = backends.map(followThrough);
    let isDone = false;
    const terminate = async (): Promise<void> => {
      while (!isDone) {
        await workbench.sql`
          select pg_terminate_backend(pid) from pg_stat_activity
          where application_name = 'leftfold' and query like ${`%${workbench.schemaName}%`}`;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    const terminating = terminate();
    const acknowledged = await hammer(backends, { writers: 8, each: 25 });
    isDone = true;
    await terminating;
    expect(acknowledged).toEqual(upTo(600));
    await until(() => followers.every(({ nonces }) => nonces.length >= 600));
    for (const { nonces, stop } of followers) {
      await stop();
      expect(nonces).toEqual(upTo(600));
    }
  });

  it("says that PostgreSQL is away while it is, and goes on when it is back, listening again", async () => {
    await using proxy = await databaseProxy();
    await using workbench = new Workbench();
    const backend = await workbench.backend({ url: urlThrough(proxy), pollIntervalMs: 3_600_000 });
    const other = await workbench.backend();
    const follower = followThrough(backend);
    await other.tenant("t").append(anAppend());
    await until(() => follower.nonces.length === 1);
    await proxy.apply({ newConnections: "refuse" });
    proxy.cut();
    await expect(backend.tenant("t").append(anAppend())).rejects.toMatchObject({ code: "unavailable" });
    const reading = backend.tenant("t").head();
    await proxy.heal();
    expect(await reading).toBe(1n);
    // A notification that is missed is made up for by the poll, which this test has turned off.
    await until(async () => {
      await other.tenant("t").append(anAppend());
      return follower.nonces.length > 1;
    });
    await follower.stop();
    expect(follower.nonces).toEqual(upTo(follower.nonces.length));
  });

  it("gives up connections that fall silent, and opens others", async () => {
    await using proxy = await databaseProxy();
    await using workbench = new Workbench();
    const backend = await workbench.backend({ url: urlThrough(proxy), answerTimeoutMs: 300 });
    const store = backend.tenant("t");
    await store.append(anAppend({ idempotencyKey: "first" }));
    await proxy.apply({ blackHole: "both" });
    const silent = store.append(anAppend({ idempotencyKey: "second" }));
    const reading = store.head();
    await expect(silent).rejects.toMatchObject({ code: "unavailable", retryable: true });
    await proxy.heal();
    expect(await reading).toBeGreaterThanOrEqual(1n);
    await until(async () => {
      const repeated = store.append(anAppend({ idempotencyKey: "second" }));
      return await repeated.then(
        ({ firstGlobalNonce }) => firstGlobalNonce === 2n,
        () => false,
      );
    });
    expect(await workbench.nonces("t")).toEqual([1, 2]);
  });

  it("takes back the row lock from a process that was stopped while it held it", async () => {
    await using workbench = new Workbench();
    const backend = await workbench.backend();
    await backend.tenant("t").append(anAppend());
    const stopped = workbench.lane();
    await stopped.unsafe(
      `begin; set local idle_in_transaction_session_timeout = '300ms'; ` +
        `select 1 from ${workbench.schema}.tenants where tenant_id = 't' for update`,
    );
    expect(await backend.tenant("t").append(anAppend())).toMatchObject({ firstGlobalNonce: 2n });
  });
});
