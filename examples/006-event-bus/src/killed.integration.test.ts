import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { postgresBackend, postgresReadModels } from "@leftfold/backend-postgres";
import { startServer } from "@leftfold/server";
import { collect } from "@leftfold/testing";
import { expect, test } from "vitest";
import { openShop } from "./shop.ts";

const url = process.env["DATABASE_URL"]!;

test("ships once what it was killed over, by kill -9, before its checkpoint", async () => {
  const schema = `example_006_${randomUUID().replaceAll("-", "")}`;
  await using backend = await postgresBackend({ url, schema });
  await using readModels = await postgresReadModels({ url, schema, tenantId: "shop" });
  await using server = await startServer({ backend, bindAddr: "127.0.0.1:0" });
  const store = backend.tenant("shop");
  const shop = openShop(store);
  const checkpoint = () => readModels.checkpoint({ name: "fulfilment", version: 1 });
  const types = async () => (await collect(store.readAll())).map(({ eventType }) => eventType);

  await using killed = startFulfilment(server.url, schema, "silent");
  expect(await killed.says()).toBe("ready");
  await shop.stock.at("lamp").receive(1);
  await shop.order("1001", "Ann");
  await expect.poll(types).toContain("TimerScheduled");
  const { lastGlobalNonce: paid } = await shop.payments.at("1001").receive();
  const key = await killed.says();
  await killed.kill();
  const before = await types();
  expect(before.slice(-2)).toEqual(["TimerCancelled", "OrderShipped"]);
  expect(await checkpoint()).toBeLessThan(paid!);

  await using again = startFulfilment(server.url, schema);
  expect(await again.says()).toBe(key);
  expect(await again.says()).toBe("ready");
  expect(await checkpoint()).toBe(await store.head());
  expect(await types()).toEqual(before);
});

function startFulfilment(...parameters: readonly string[]) {
  const [serverUrl = "", ...others] = parameters;
  const file = fileURLToPath(new URL("fulfilment-process.ts", import.meta.url));
  const child = spawn(process.execPath, [file, serverUrl, url, ...others], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(child, "exit");
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  const kill = async (): Promise<void> => {
    child.kill("SIGKILL");
    await exited;
  };
  return {
    /** The next thing that it says; undefined when it has ended. */
    says: async (): Promise<string | undefined> => (await lines.next()).value,
    kill,
    [Symbol.asyncDispose]: kill,
  };
}
