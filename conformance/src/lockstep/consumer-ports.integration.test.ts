import { memoryLeases, memoryReadModels, memorySnapshots } from "@leftfold/backend-memory";
import { postgresLeases, postgresReadModels, postgresSnapshots } from "@leftfold/backend-postgres";
import { leaseStoreLockstep, readModelStoreLockstep, snapshotStoreLockstep } from "@leftfold/testing";
import { expect, test } from "vitest";
import { EmptiedStores } from "./emptied-stores.ts";
import { modelRuns } from "./model-runs.ts";
import { report } from "./report.ts";

test("memory and PostgreSQL do what the model of a snapshot store does", async () => {
  await using postgres = new EmptiedStores(postgresSnapshots);
  const memory = {
    name: "memory",
    freshStores: async (tenants: number) => Array.from({ length: tenants }, () => memorySnapshots()),
  };
  const implementations = [memory, { name: "PostgreSQL", freshStores: postgres.fresh }];
  const done = await snapshotStoreLockstep({ implementations, ...modelRuns(100) });
  expect(report("snapshot stores", done).sequences).toBeGreaterThan(0);
}, 3_600_000);

test("memory and PostgreSQL do what the model of a lease store does", async () => {
  await using postgres = new EmptiedStores(postgresLeases);
  const memory = {
    name: "memory",
    async freshLeases(tenants: number) {
      let nowMs = Date.now();
      const clock = () => new Date(nowMs);
      const letPass = (durationMs: number) => {
        nowMs += durationMs;
      };
      return { stores: Array.from({ length: tenants }, () => memoryLeases({ clock })), letPass };
    },
  };
  const durable = {
    name: "PostgreSQL",
    freshLeases: async (tenants: number) => ({ stores: await postgres.fresh(tenants) }),
  };
  const done = await leaseStoreLockstep({ implementations: [memory, durable], ...modelRuns(100) });
  expect(report("lease stores", done).sequences).toBeGreaterThan(0);
}, 3_600_000);

test("memory and PostgreSQL do what the model of a read-model store does", async () => {
  await using postgres = new EmptiedStores(postgresReadModels);
  const memory = {
    name: "memory",
    freshStores: async (tenants: number) => Array.from({ length: tenants }, () => memoryReadModels()),
  };
  const implementations = [memory, { name: "PostgreSQL", freshStores: postgres.fresh }];
  const done = await readModelStoreLockstep({ implementations, ...modelRuns(50) });
  expect(report("read-model stores", done).sequences).toBeGreaterThan(0);
}, 3_600_000);
