// Runs as a process of its own, until it is killed: a runner of a projection or of a process.
import type { ReadModelCommit, ReadModelStore } from "@leftfold/core";
import { type RunOptions, runProcess, runProjection } from "@leftfold/event-sourcing";
import { transfers } from "../processes/transfer.ts";
import { balances } from "./account.ts";
import { onSchema } from "./world.ts";

const [kind, url, schema, how] = process.argv.slice(2) as [string, string, string, string | undefined];
const { store, readModels, leases } = await onSchema({ url, schema });
const options: RunOptions = {
  batch: { eventsMax: 50 },
  ...(how === "partitioned" && { partitions: { count: 8, leases, durationMs: 500 } }),
};
const used = how === "dies-at-checkpoint" ? deadly(readModels) : readModels;
const runner =
  kind === "projection"
    ? runProjection(store, used, balances, options)
    : runProcess(store, used, transfers, options);
await runner.caughtUp();
process.stdout.write("running\n");
await runner.ended();

/** Dies instead of committing documents: what they rest on was done by then. */
function deadly(inner: ReadModelStore): ReadModelStore {
  return new Proxy(inner, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name, target);
      if (typeof value !== "function") return value;
      if (name !== "commit") return value.bind(target);
      return (commit: ReadModelCommit) => {
        if (commit.writes.length > 0) process.kill(process.pid, "SIGKILL");
        return value.call(target, commit);
      };
    },
  });
}
