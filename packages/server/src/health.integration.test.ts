import { Code, createClient } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { memoryBackend } from "@leftfold/backend-memory";
import { Health, HealthCheckResponse_ServingStatus as Status } from "@leftfold/proto";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Server, startServer } from "./start-server.ts";

const storeService = "leftfold.eventstore.v1.EventStoreService";

describe("the server's health", () => {
  const backend = memoryBackend();
  let isUp: boolean;
  let server: Server;
  beforeEach(async () => {
    isUp = true;
    server = await startServer({
      backend,
      bindAddr: "127.0.0.1:0",
      healthWatchMs: 5,
      readinessValidMs: 0,
      readinessProbe: async () => {
        if (!isUp) throw new Error("secret address");
      },
    });
  });
  afterEach(() => server.close());

  const connect = () => createClient(Health, createGrpcTransport({ baseUrl: server.url }));

  test("is checked for the server and for each of its services", async () => {
    for (const service of ["", storeService, "grpc.health.v1.Health"]) {
      expect(await connect().check({ service })).toMatchObject({ status: Status.SERVING });
    }
    await expect(connect().check({ service: "no.Such" })).rejects.toMatchObject({ code: Code.NotFound });
  });

  test("is that of the store behind it, told without its secrets", async () => {
    isUp = false;
    expect(await connect().check({})).toMatchObject({ status: Status.NOT_SERVING });
    const page = await fetch(`${server.url}/readyz`);
    expect([page.status, await page.text()]).toEqual([503, "The store does not answer.\n"]);
    expect((await fetch(`${server.url}/healthz`)).status).toBe(200);
    isUp = true;
    expect(await connect().check({})).toMatchObject({ status: Status.SERVING });
    expect(await (await fetch(`${server.url}/readyz`)).text()).toBe("ready\n");
  });

  test("is watched: each change is told once, the last one before the server stops", async () => {
    const seen: Status[] = [];
    const watching = (async () => {
      for await (const { status } of connect().watch({ service: storeService })) {
        seen.push(status);
        if (seen.length === 1) isUp = false;
        if (seen.length === 2) isUp = true;
        if (seen.length === 3) void server.close();
      }
    })();
    await expect(watching).rejects.toMatchObject({ code: Code.Unavailable });
    expect(seen).toEqual([Status.SERVING, Status.NOT_SERVING, Status.SERVING, Status.NOT_SERVING]);
  });

  test("of a service that does not exist is watched as unknown", async () => {
    for await (const { status } of connect().watch({ service: "no.Such" })) {
      expect(status).toBe(Status.SERVICE_UNKNOWN);
      break;
    }
  });

  test("is watched no longer when the watcher leaves", async () => {
    const controller = new AbortController();
    const watching = (async () => {
      for await (const _ of connect().watch({}, { signal: controller.signal })) controller.abort();
    })();
    await expect(watching).rejects.toMatchObject({ code: Code.Canceled });
  });

  test("counts a store that does not answer in time as down", async () => {
    const slow = await startServer({
      backend,
      bindAddr: "127.0.0.1:0",
      readinessTimeoutMs: 20,
      readinessProbe: () => new Promise(() => {}),
    });
    const page = await fetch(`${slow.url}/readyz`);
    expect([page.status, await page.text()]).toEqual([503, "The store did not answer within 20 ms.\n"]);
    await slow.close();
  });

  test("asks the backend itself when it is given no other way", async () => {
    const plain = await startServer({ backend, bindAddr: "127.0.0.1:0" });
    expect((await fetch(`${plain.url}/readyz`)).status).toBe(200);
    await plain.close();
    const gone = memoryBackend();
    await gone[Symbol.asyncDispose]();
    const broken = await startServer({ backend: gone, bindAddr: "127.0.0.1:0" });
    expect((await fetch(`${broken.url}/readyz`)).status).toBe(503);
    await broken.close();
  });
});
