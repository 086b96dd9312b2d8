import type { EventStore } from "@leftfold/core";
import { collect } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBank } from "./application.ts";
import { audit } from "./audit.ts";
import { ordersAmong, rush } from "./rush.ts";

/** One tenant's log that is there for one test. */
export interface OpenedStore extends AsyncDisposable {
  /** The store as another client has it. */
  openClient(): EventStore;
}

const day = "2026-11-21";

/** What the bank does, over any store. */
export function applicationSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the bank over ${name}`, () => {
    let opened: OpenedStore;
    let store: EventStore;
    beforeEach(async () => {
      opened = await open();
      store = opened.openClient();
      await openAccount("ann", "lee", 100);
      await openAccount("ben", "lee", 100);
      await openAccount("cleo", "fox", 0);
      await openAccount("dan", "fox", 0);
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    async function openAccount(account: string, household: string, amount: number) {
      const { accounts } = openBank(store);
      await accounts.at(account).open(household);
      if (amount > 0) await accounts.at(account).deposit(amount);
    }

    async function balances(...accountIds: readonly string[]) {
      const loaded = await Promise.all(accountIds.map((id) => openBank(store).accounts.load(id)));
      return loaded.map(({ state }) => state.balance);
    }

    test("records a transfer's events side by side, in one operation", async () => {
      const before = await store.head();
      await openBank(store).transfer({ from: "ann", to: "cleo", amount: 30, day });
      const events = await collect(store.readAll({ from: before + 1n }));
      expect(events.map(({ eventType }) => eventType)).toEqual(["MoneySent", "MoneyReceived", "LimitUsed"]);
      expect(new Set(events.map(({ correlationId }) => correlationId)).size).toBe(1);
      expect(await balances("ann", "cleo")).toEqual([70, 30]);
    });

    test("records nothing anywhere of a transfer that is rejected", async () => {
      const before = await store.head();
      const { transfer } = openBank(store);
      const rejected = { command: "Transfer", rejection: "insufficient-funds", detail: { balance: 100 } };
      await expect(transfer({ from: "ann", to: "cleo", amount: 101, day })).rejects.toMatchObject(rejected);
      expect(await store.head()).toBe(before);
    });

    test("lets two accounts of a household not use the same limit twice", async () => {
      await openBank(store).households.at("lee").setLimit(100);
      const order = { amount: 60, day };
      const outcomes = await Promise.allSettled([
        openBank(opened.openClient()).transfer({ ...order, from: "ann", to: "cleo" }),
        openBank(opened.openClient()).transfer({ ...order, from: "ben", to: "dan" }),
      ]);
      const rejections = outcomes.filter((outcome) => outcome.status === "rejected");
      expect(rejections).toHaveLength(1);
      expect(rejections[0]!.reason).toMatchObject({
        rejection: "over-household-limit",
        detail: { left: 40 },
      });
      expect((await balances("cleo", "dan")).sort()).toEqual([0, 60]);
    });

    test("neither loses nor makes money while 32 clients send it around", async ({ annotate }) => {
      const accountIds = ["ann", "ben", "cleo", "dan"];
      const clients = Array.from({ length: 32 }, () => opened.openClient());
      const orders = (client: number) => ordersAmong(accountIds, client, day).slice(0, 4);
      const { attempts, rejections, retries } = await rush(clients, orders);
      const rejected = [...rejections.values()].reduce((sum, count) => sum + count, 0);
      await annotate(`${retries} retries, ${attempts.length} transfers, ${rejected} rejections`);
      expect(attempts.length + rejected).toBe(32 * 4);
      expect(retries).toBeGreaterThan(0);
      const { wrongAfter, deposited, moments } = await audit(store);
      expect({ wrongAfter, deposited }).toEqual({ wrongAfter: [], deposited: 200 });
      expect(moments).toBe(6 + 2 * attempts.length);
      expect((await balances(...accountIds)).reduce((sum, balance) => sum + balance, 0)).toBe(200);
    });
  });
}
