import type { EventStore } from "@leftfold/core";
import { collect } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openBank } from "./application.ts";

/** One tenant of a store that is there for one test. */
export interface OpenedStore extends AsyncDisposable {
  readonly store: EventStore;
}

/** What the bank does, over any store. */
export function applicationSuite(name: string, open: () => Promise<OpenedStore>): void {
  describe(`the bank over ${name}`, () => {
    let opened: OpenedStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    test("records what commands come to, and finds it again", async () => {
      const { accounts } = openBank(opened.store);
      await accounts.at("ann").open("Ann");
      await accounts.at("ann").deposit(100);
      const { events, nonce } = await accounts.at("ann").withdraw(30);
      expect(events).toEqual([{ type: "MoneyWithdrawn", data: { amount: 30 } }]);
      expect(nonce).toBe(3n);
      // Another application on the same store knows what this one recorded.
      const state = { status: "open", owner: "Ann", balance: 70 };
      expect(await openBank(opened.store).accounts.load("ann")).toEqual({ state, nonce: 3n });
    });

    test("records nothing of what is rejected", async () => {
      const { accounts } = openBank(opened.store);
      await accounts.at("ann").open("Ann");
      const rejected = {
        command: "Account.withdraw",
        rejection: "insufficient-funds",
        detail: { balance: 0 },
      };
      await expect(accounts.at("ann").withdraw(1)).rejects.toMatchObject(rejected);
      await expect(accounts.at("ann").deposit(-5)).rejects.toMatchObject({ code: "invalid-event-data" });
      expect(await opened.store.head()).toBe(1n);
    });

    test("tells what happened, with the balance after each of it", async () => {
      const { accounts, statement } = openBank(opened.store);
      await accounts.at("ann").open("Ann");
      await accounts.at("ann").deposit(100);
      await accounts.at("ann").close();
      const lines = await collect(statement("ann"));
      expect(lines.map(({ event, balance }) => [event.type, balance])).toEqual([
        ["AccountOpened", 0],
        ["MoneyDeposited", 100],
        ["MoneyWithdrawn", 0],
        ["AccountClosed", 0],
      ]);
    });

    test("never pays out more than there is, however many ask at the same moment", async () => {
      const { accounts } = openBank(opened.store);
      await accounts.at("ann").open("Ann");
      await accounts.at("ann").deposit(70);
      const asked = Array.from({ length: 10 }, () => accounts.at("ann").withdraw(20));
      const outcomes = await Promise.allSettled(asked);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected")
          expect(outcome.reason).toMatchObject({ rejection: "insufficient-funds" });
      }
      expect(await accounts.load("ann")).toMatchObject({ state: { balance: 10 }, nonce: 5n });
    });
  });
}
