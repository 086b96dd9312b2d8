import type { EventStore, ReadModelStore } from "@leftfold/core";
import { type ProcessOptions, readModels, runProcess } from "@leftfold/event-sourcing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { forwardOrders } from "./forwarding.ts";
import { fulfilment } from "./fulfilment.ts";
import { inProcessBroker } from "./in-process-broker.ts";
import { PostOffice } from "./post-office.ts";
import { recorded, settled } from "./settled.ts";
import { openShop } from "./shop.ts";

/** A place for one test: a tenant of a store, and somewhere to keep checkpoints. */
export interface OpenedShop extends AsyncDisposable {
  readonly store: EventStore;
  readonly kept: ReadModelStore;
}

/** What the shop does, over any store. */
export function shopSuite(name: string, open: () => Promise<OpenedShop>): void {
  describe(`the shop over ${name}`, () => {
    let opened: OpenedShop;
    let post: PostOffice;
    beforeEach(async () => {
      opened = await open();
      post = new PostOffice();
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    const run = (options?: ProcessOptions, version = 1) =>
      runProcess(opened.store, opened.kept, fulfilment(post, version), options);
    const toDo = () => readModels(opened.kept).of(fulfilment(post));

    /** Lamps in stock, an order of one, and a process that waits for its payment. */
    async function awaitingPayment() {
      const shop = openShop(opened.store);
      const running = run();
      await running.caughtUp();
      await shop.stock.at("lamp").receive(3);
      await shop.order("1001", "Ann");
      await settled(opened.store, running);
      return { shop, running };
    }

    async function types(): Promise<readonly string[]> {
      const found: string[] = [];
      for await (const { eventType } of opened.store.readAll()) found.push(eventType);
      return found;
    }

    test("leads an order from the stock over its payment to the parcel", async () => {
      const { shop, running } = await awaitingPayment();
      await using _ = running;
      expect((await toDo().get("1001"))?.state.todo).toBe("await payment");
      await shop.payments.at("1001").receive();
      await settled(opened.store, running);
      expect((await shop.orders.load("1001")).state).toEqual({ status: "shipped" });
      expect(post.delivered).toEqual([{ to: "Ann", text: "Your lamp is on its way." }]);
      expect(await toDo().count()).toBe(0);
    });

    test("has every effect once when it stops between its commands and its checkpoint", async () => {
      const { shop, running } = await awaitingPayment();
      const { checkpoint } = running.status();
      post.fallSilent();
      await shop.payments.at("1001").receive();
      await post.taken();
      await running.stop();
      expect(running.status().checkpoint).toBe(checkpoint);
      const before = await types();
      expect(before.slice(-2)).toEqual(["TimerCancelled", "OrderShipped"]);

      post.answerAgain();
      await using again = run();
      await settled(opened.store, again);
      expect(again.status().checkpoint).toBeGreaterThan(checkpoint);
      expect(await types()).toEqual(before);
      expect([post.handedIn, post.delivered.length]).toEqual([2, 1]);
    });

    test("gives up what is not paid within two days, after a restart as well", async () => {
      const { shop, running } = await awaitingPayment();
      await running.stop();
      await using later = run({ nowMs: () => Date.now() + 2 * 24 * 60 * 60 * 1000 });
      await recorded(opened.store, "OrderCancelled");
      await settled(opened.store, later);
      expect((await shop.stock.load("lamp")).state).toEqual({ available: 3, reserved: {} });
      await expect(shop.payments.at("1001").receive()).rejects.toMatchObject({ rejection: "not-open" });
      expect(await toDo().count()).toBe(0);
    });

    test("cancels what is out of stock", async () => {
      const { shop, running } = await awaitingPayment();
      await using _ = running;
      await shop.order("1002", "Bob", 3);
      await settled(opened.store, running);
      expect((await shop.orders.load("1002")).state).toEqual({ status: "cancelled" });
      expect((await shop.stock.load("lamp")).state.available).toBe(2);
    });

    test("does nothing again in a new version, and goes on where the old one was", async () => {
      const { shop, running } = await awaitingPayment();
      await shop.order("1002", "Bob");
      await settled(opened.store, running);
      await shop.payments.at("1001").receive();
      await settled(opened.store, running);
      await running.stop();
      const before = await types();
      await using newer = run({}, 2);
      await settled(opened.store, newer);
      expect(await types()).toEqual(before);
      expect(post.handedIn).toBe(1);
      await shop.payments.at("1002").receive();
      await settled(opened.store, newer);
      expect(post.handedIn).toBe(2);
    });

    test("tells others of orders, and of nothing else", async () => {
      const { running } = await awaitingPayment();
      await running.stop();
      await using broker = inProcessBroker();
      for (const name of ["orders", "orders-again"]) {
        await using forwarding = forwardOrders(name, opened.store, opened.kept, broker.sink);
        await forwarding.waitFor(await opened.store.head());
      }
      const received = await broker.received(2);
      expect(received).toMatchObject([{ type: "OrderPlaced", subject: "Order/1001" }]);
    });
  });
}
