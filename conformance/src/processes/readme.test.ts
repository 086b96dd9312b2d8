import { readFile } from "node:fs/promises";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { defineAggregate, defineProcess, repository, runProcess } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";

const Order = defineAggregate({
  type: "Order",
  events: { OrderPlaced: z.object({}), OrderShipped: z.object({}), OrderCancelled: z.object({}) },
  initial: {},
  evolve: {
    OrderPlaced: (order) => order,
    OrderShipped: (order) => order,
    OrderCancelled: (order) => order,
  },
  commands: {
    place: () => ({ type: "OrderPlaced", data: {} }),
    ship: () => ({ type: "OrderShipped", data: {} }),
    cancel: () => ({ type: "OrderCancelled", data: {} }),
  },
});

const Payment = defineAggregate({
  type: "Payment",
  events: { PaymentReceived: z.object({ orderId: z.string() }) },
  initial: {},
  evolve: { PaymentReceived: (payment) => payment },
  commands: { receive: (_, orderId: string) => ({ type: "PaymentReceived", data: { orderId } }) },
});

test("the README's process does what it says", async () => {
  const store = memoryBackend().tenant("shop");
  const readModelStore = memoryReadModels();
  // #region readme
  const shipping = defineProcess({
    name: "shipping",
    version: 1,
    of: [Order, Payment],
    key: (event) => (event.aggregateType === "Order" ? event.aggregateId : event.data.orderId),
    initial: { todo: "nothing" },
    on: {
      OrderPlaced: (_, __, ask) => {
        ask.schedule("payment-due", { afterMs: 86_400_000 });
        return { todo: "await payment" };
      },
      PaymentReceived: (_, { orderId }, ask) => {
        ask.cancel("payment-due");
        ask.at(Order, orderId).ship();
        return null; // done
      },
    },
    timers: {
      "payment-due": (_, { key }, ask) => {
        ask.at(Order, key).cancel();
        return null;
      },
    },
  });
  await using reacting = runProcess(store, readModelStore, shipping);
  // #endregion readme
  await reacting.caughtUp();
  await repository(store, Order).at("o1").place();
  await repository(store, Order).at("o2").place();
  await repository(store, Payment).at("p1").receive("o1");
  const outcomes = async (): Promise<string[]> => {
    const found: string[] = [];
    const query = { anyOf: [{ eventTypes: ["OrderShipped", "OrderCancelled"] }] };
    for await (const event of store.readAll({ query })) found.push(`${event.eventType} ${event.aggregateId}`);
    return found;
  };
  await expect.poll(outcomes).toEqual(["OrderShipped o1"]);
  await reacting.caughtUp();
  await using _tomorrow = runProcess(store, readModelStore, shipping, {
    nowMs: () => Date.now() + 86_500_000,
  });
  await expect.poll(outcomes).toEqual(["OrderShipped o1", "OrderCancelled o2"]);
});

test("the README shows the very process that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = new URL("../../../packages/event-sourcing/README.md", import.meta.url);
  const text = await readFile(readme, "utf8");
  expect(text).toContain(`\`\`\`ts\n${region}\`\`\``);
});
