import { type CommitMoment, commitMoments } from "@leftfold/testing/proxy";
import type { Fault } from "../fault.ts";
import { proxiedWays, proxiedWaysIn } from "../world/proxied-way.ts";
import { healWays } from "./network.ts";

/** The batch's own statement, a transaction's end, and whatever else writes. */
const commits = /^(commit$|with fence as |with turn as )/;

/** Servers lose PostgreSQL at the one moment at which nobody can tell whether an append has taken effect. */
export const cutAtCommit: Fault = {
  name: "cut-at-commit",
  summary: "connections to PostgreSQL cut before, in the middle of, and after COMMIT, again and again",
  needs: proxiedWays,
  applies: () => true,
  async inject(world, random) {
    const ways = proxiedWaysIn(world, "postgres");
    const chance = random.pick([0.02, 0.1, 0.4]);
    const moments: readonly CommitMoment[] = random.chance(0.5)
      ? [random.pick(commitMoments)]
      : commitMoments;
    for (const way of ways) {
      const own = random.fork();
      way.proxy.reseed(own.fork());
      way.cutAt = (text) => {
        if (!commits.test(text) || !own.chance(chance)) return undefined;
        return own.pick(moments);
      };
    }
    return {
      note: `every ${Math.round(1 / chance)}th commit cut: ${moments.join(", ")}`,
      heal: () => healWays(ways),
    };
  },
};
