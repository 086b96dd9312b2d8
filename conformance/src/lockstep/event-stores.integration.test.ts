import { randomUUID } from "node:crypto";
import { memoryBackend } from "@leftfold/backend-memory";
import { postgresBackend } from "@leftfold/backend-postgres";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { type EventStoreInLockstep, eventStoreLockstep } from "@leftfold/testing";
import { expect, test } from "vitest";
import { modelRuns } from "./model-runs.ts";
import { report } from "./report.ts";

const heartbeatMs = 20;

const newPostgres = () => {
  const schema = `lockstep_${randomUUID().replaceAll("-", "")}`;
  return {
    open: () =>
      postgresBackend({ url: process.env["DATABASE_URL"]!, schema, heartbeatMs, pollIntervalMs: 20 }),
  };
};

const memory: EventStoreInLockstep = {
  name: "memory",
  makeBackend: async () => [memoryBackend({ heartbeatMs })],
};

const twoOnOnePostgres: EventStoreInLockstep = {
  name: "two backends on one PostgreSQL",
  makeBackend: async () => {
    const { open } = newPostgres();
    return [await open(), await open()];
  },
};

const servedPostgres: EventStoreInLockstep = {
  name: "client, server, PostgreSQL",
  makeBackend: async () => {
    const served = await newPostgres().open();
    const server = await startServer({ backend: served, bindAddr: "127.0.0.1:0" });
    return {
      backend: connect({ baseUrl: server.url }),
      async [Symbol.asyncDispose]() {
        await server.close();
        await served[Symbol.asyncDispose]();
      },
    };
  },
};

test("memory, PostgreSQL and the client of a server do what the model of an event store does", async () => {
  const implementations = [memory, twoOnOnePostgres, servedPostgres];
  const { sequences } = report(
    "event stores",
    await eventStoreLockstep({ implementations, ...modelRuns(40) }),
  );
  expect(sequences).toBeGreaterThan(0);
}, 3_600_000);
