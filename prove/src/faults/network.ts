import type { SeededRandom } from "@leftfold/testing";
import type { CutKind, ProxyConditions } from "@leftfold/testing/proxy";
import type { Fault, Injection } from "../fault.ts";
import { type ProxiedWay, proxiedWays, proxiedWaysIn } from "../world/proxied-way.ts";
import type { World } from "../world/world.ts";

/** One or more of the ways, or all of them. */
function someWays(world: World, random: SeededRandom): ProxiedWay[] {
  const ways = proxiedWaysIn(world, "all");
  const chosen = random.chance(0.3) ? ways : ways.filter(() => random.chance(0.5));
  return chosen.length > 0 ? chosen : [random.pick(ways)];
}

/** Brings these conditions about on some of the ways, and takes them away again. */
async function underConditions(
  ways: readonly ProxiedWay[],
  random: SeededRandom,
  conditions: ProxyConditions,
): Promise<Injection> {
  for (const { proxy } of ways) {
    proxy.reseed(random.fork());
    await proxy.apply(conditions);
  }
  return {
    note: `${JSON.stringify(conditions)} from ${ways.map(({ name }) => name).join(", ")}`,
    heal: () => healWays(ways),
  };
}

export async function healWays(ways: readonly ProxiedWay[]): Promise<void> {
  for (const way of ways) await way.heal();
}

const needs = proxiedWays;
const applies = (): boolean => true;
const kinds: readonly CutKind[] = ["reset", "close"];

/** Everything takes longer, and some of it longer still. */
export const delayedConnections: Fault = {
  name: "delayed-connections",
  summary: "latency and jitter on the ways to servers and to PostgreSQL",
  needs,
  applies,
  inject(world, random) {
    const conditions = { latencyMs: 1 + random.below(60), jitterMs: random.below(100) };
    return underConditions(someWays(world, random), random, conditions);
  },
};

/** Little gets through at a time, or in small pieces. */
export const throttledConnections: Fault = {
  name: "throttled-connections",
  summary: "some kilobytes a second, or all of it in pieces of some bytes, so that messages arrive in halves",
  needs,
  applies,
  inject(world, random) {
    const conditions = random.chance(0.5)
      ? { bytesPerSecond: 2_000 + random.below(60_000) }
      : { pieceBytesMax: 1 + random.below(200) };
    return underConditions(someWays(world, random), random, conditions);
  },
};

/** Connections are cut in the middle of whatever passes, also those that take their place. */
export const cutConnections: Fault = {
  name: "cut-connections",
  summary: "connections cut at once, and new ones after some bytes, by resets and in good order",
  needs,
  applies,
  async inject(world, random) {
    const ways = someWays(world, random);
    const kind = random.pick(kinds);
    const range = [random.below(300), 1_000 + random.below(40_000)] as const;
    const cutAfterBytes = { [random.pick(["toTarget", "toClient"] as const)]: range, kind };
    for (const { proxy } of ways) proxy.cut(kind, 0.7);
    return await underConditions(ways, random, { cutAfterBytes });
  },
};

/** Nothing passes in one direction, or in both, and nobody is told. */
export const halfOpenConnections: Fault = {
  name: "half-open-connections",
  summary: "one direction or both silent while connections stay open; then they go on, or are cut",
  needs,
  applies,
  async inject(world, random) {
    const ways = someWays(world, random);
    const blackHole = random.pick(["toTarget", "toClient", "both"] as const);
    const isCut = random.chance(0.5);
    const { note } = await underConditions(ways, random, { blackHole });
    return {
      note: `${note}${isCut ? ", then cut" : ""}`,
      async heal() {
        // Whatever waits is lost then, rather than late.
        if (isCut) for (const { proxy } of ways) proxy.cut();
        await healWays(ways);
      },
    };
  },
};

/** Nobody is let in any more, and those that were in are thrown out, or stay. */
export const refusedConnections: Fault = {
  name: "refused-connections",
  summary: "new connections refused, or reset, once all or some of those that there are were cut",
  needs,
  applies,
  async inject(world, random) {
    const ways = someWays(world, random);
    const newConnections = random.pick(["refuse", "reset"] as const);
    const injection = await underConditions(ways, random, { newConnections });
    for (const { proxy } of ways) proxy.cut(random.pick(kinds), random.pick([0.5, 1]));
    return injection;
  },
};
