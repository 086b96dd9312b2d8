import { stripVTControlCharacters } from "node:util";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { describe, expect, test } from "vitest";
import type { Broker } from "./broker.ts";
import { forwardOrders } from "./forwarding.ts";
import { inProcessBroker } from "./in-process-broker.ts";
import { natsBroker } from "./nats-broker.ts";
import { findNatsServer, startNatsServer } from "./nats-server.ts";
import { openBroker } from "./open-broker.ts";
import { openShop } from "./shop.ts";
import { tour } from "./tour.ts";

const binary = findNatsServer();
if (binary === undefined) {
  process.stdout.write("Skipping NATS: there is no nats-server here (apt-get install nats-server).\n");
}

describe.skipIf(binary === undefined)("over a real NATS server", () => {
  test("another system gets orders of its shop, each once, although they are sent twice", async () => {
    await using server = await startNatsServer(binary!);
    await using backend = memoryBackend();
    await using readModels = memoryReadModels();
    for (const tenantId of ["north", "south"]) {
      const store = backend.tenant(tenantId);
      await using broker = await natsBroker(server.url, tenantId);
      await openShop(store).stock.at("lamp").receive(3);
      await openShop(store).order("1001", `Ann in the ${tenantId}`);
      for (const name of [`${tenantId}-orders`, `${tenantId}-orders-again`]) {
        await using forwarding = forwardOrders(name, store, readModels, broker.sink);
        await forwarding.waitFor(await store.head());
        expect(forwarding.status().forwarded).toBe(1);
      }
      const [event, ...more] = await broker.received(2);
      expect(event).toMatchObject({
        type: "OrderPlaced",
        subject: "Order/1001",
        extensions: { tenantid: tenantId },
      });
      expect(more).toEqual([]);
    }
  });

  test("another system gets nothing while nothing is sent", async () => {
    await using server = await startNatsServer(binary!);
    await using broker = await natsBroker(server.url, "north");
    await broker.sink.publish([]);
    await expect(broker.received(0)).resolves.toEqual([]);
  });

  test("a server that runs already is used, and left running", async () => {
    await using server = await startNatsServer(binary!);
    const lines: string[] = [];
    for (const tenantId of ["first", "second"]) {
      await using _ = await openBroker(tenantId, (line) => lines.push(line), { url: server.url });
    }
    expect(lines).toEqual(
      Array.from({ length: 2 }, () => expect.stringContaining(`on ${server.url}, stream`)),
    );
  });

  test("the tour tells the same as over the bus within this process", async () => {
    await using broker = await openBroker("tour", () => {});
    await using other = inProcessBroker();
    expect(await told(broker)).toEqual(await told(other));
  });
});

test("a nats-server that does not start says so", async () => {
  await expect(startNatsServer("false")).rejects.toThrow("false ended before it was ready");
});

test("without a NATS server the bus within this process is used, and it is said how to get one", async () => {
  const lines: string[] = [];
  await using broker = await openBroker("tour", (line) => lines.push(line), {});
  expect(lines).toEqual([`Broker ${broker.title}`, expect.stringContaining("apt-get install nats-server")]);
});

test("a NATS server that does not answer is named", async () => {
  const url = "nats://127.0.0.1:1";
  await expect(openBroker("tour", () => {}, { url })).rejects.toThrow(`No NATS server answers at ${url}.`);
});

async function told(broker: Broker): Promise<readonly string[]> {
  await using backend = memoryBackend();
  await using readModels = memoryReadModels();
  const lines: string[] = [];
  const say = (line: string) => void lines.push(stripVTControlCharacters(line));
  await tour({ store: backend.tenant("tour"), readModels, broker, say });
  return lines;
}
