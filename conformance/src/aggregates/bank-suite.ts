import type { EventStore } from "@leftfold/core";
import {
  CommandRejectedError,
  eventReader,
  execute,
  type RepositoryOf,
  repository,
  withContext,
} from "@leftfold/event-sourcing";
import { collect } from "@leftfold/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { Account, Limits, openOneOfThree, transfer } from "./bank.ts";
import type { OpenedStore, StoreOpener } from "./store-openers.ts";
import { initialTotal, transferStorm } from "./transfer-storm.ts";
import { watched } from "./watched-store.ts";

/** What the bank does over any store. */
export function bankSuite(name: string, open: StoreOpener): void {
  describe(`the bank over ${name}`, () => {
    let opened: OpenedStore;
    let store: EventStore;
    let accounts: RepositoryOf<typeof Account>;

    beforeEach(async () => {
      opened = await open();
      store = opened.client();
      accounts = repository(store, Account);
    });
    afterEach(() => opened[Symbol.asyncDispose]());

    async function openWith(account: string, balance: number): Promise<void> {
      await accounts.at(account).open(account);
      await accounts.at(account).deposit(balance);
    }

    test("loads, decides and appends, and says what came of it", async () => {
      expect(await accounts.exists("ann")).toBe(false);
      const opening = await accounts.at("ann").open("Ann");
      const at = { aggregateNonce: 1n, globalNonce: 1n };
      expect(opening.aggregates[0]!.events).toEqual([
        { type: "AccountOpened", data: { owner: "Ann" }, ...at },
      ]);
      expect(opening).toMatchObject({ nonce: 1n, lastGlobalNonce: 1n, attempts: 1, replayed: false });
      expect(opening.events).toEqual([{ type: "AccountOpened", data: { owner: "Ann" } }]);
      expect(await accounts.at("ann").deposit(100)).toMatchObject({ nonce: 2n, state: { balance: 100 } });
      expect(await accounts.load("ann")).toEqual({
        state: { open: true, owner: "Ann", balance: 100 },
        nonce: 2n,
      });
      expect(await accounts.exists("ann")).toBe(true);
    });

    test("rejects with a reason and its detail, and writes nothing", async () => {
      await openWith("ann", 10);
      const rejected = accounts.at("ann").withdraw(30);
      await expect(rejected).rejects.toBeInstanceOf(CommandRejectedError);
      await expect(rejected).rejects.toMatchObject({
        code: "command-rejected",
        command: "Account.withdraw",
        rejection: "insufficient-funds",
        detail: { balance: 10 },
        attempts: 1,
      });
      expect(await store.head()).toBe(2n);
    });

    test("writes nothing where there is nothing to do", async () => {
      await openWith("ann", 10);
      const result = await accounts.at("ann").ensureOpen("Ann");
      expect(result).toMatchObject({ lastGlobalNonce: undefined, events: [], nonce: 2n, attempts: 1 });
      expect(await store.head()).toBe(2n);
    });

    test("tells an aggregate's past, and its state at any point of it", async () => {
      await openWith("ann", 10);
      await accounts.at("ann").withdraw(4);
      const history = await collect(accounts.history("ann"));
      expect(history.map(({ type, data }) => [type, data])).toEqual([
        ["AccountOpened", { owner: "ann" }],
        ["MoneyDeposited", { amount: 10 }],
        ["MoneyWithdrawn", { amount: 4 }],
      ]);
      expect(history[0]!.recorded).toMatchObject({ aggregateNonce: 1n, tags: ["owner:ann"] });
      expect(await accounts.stateAt("ann", 0n)).toEqual({ state: Account.initial, nonce: 0n });
      expect(await accounts.stateAt("ann", 2n)).toMatchObject({ state: { balance: 10 }, nonce: 2n });
      expect(await accounts.stateAt("ann", 2n ** 40n)).toMatchObject({ state: { balance: 6 }, nonce: 3n });
    });

    test("stamps events with the context that the command runs in", async () => {
      const traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";
      await withContext({ correlationId: "order-1", actorId: "ann", traceparent }, () =>
        withContext({ causationId: "click-7", actorId: undefined }, () => accounts.at("ann").open("Ann")),
      );
      const [event] = await collect(store.readAll());
      expect(event).toMatchObject({ correlationId: "order-1", causationId: "click-7", actorId: "ann" });
      expect(event!.metadata).toEqual({ traceparent });
    });

    test("transfers in one append, or not at all", async () => {
      await openWith("ann", 100);
      const result = await execute(store, transfer, { from: "ann", to: "bob", amount: 30 });
      expect(result).toMatchObject({ attempts: 1, lastGlobalNonce: 4n, replayed: false });
      expect((await accounts.load("ann")).state.balance).toBe(70);
      expect((await accounts.load("bob")).state.balance).toBe(30);
      const tooMuch = execute(store, transfer, { from: "ann", to: "bob", amount: 71 });
      await expect(tooMuch).rejects.toMatchObject({
        command: "TransferMoney",
        rejection: "insufficient-funds",
      });
      expect(await store.head()).toBe(4n);
    });

    test("tells what it recorded of each aggregate, as a reader of the log finds it", async () => {
      await openWith("ann", 100);
      const { aggregates } = await execute(store, transfer, { from: "ann", to: "bob", amount: 30 });
      expect(aggregates).toMatchObject([
        { aggregateType: "Account", aggregateId: "ann", aggregateNonce: 3n },
        { aggregateType: "Account", aggregateId: "bob", aggregateNonce: 1n },
        { aggregateType: "Limits", aggregateId: "ann", aggregateNonce: 0n, events: [] },
      ]);
      const told = aggregates.flatMap(({ events }) => events);
      const reader = eventReader([Account, Limits]);
      const found = await collect(reader.read(store, { from: told[0]!.globalNonce }));
      expect(told).toEqual(
        found.map(({ recorded: { aggregateNonce, globalNonce }, ...event }) => ({
          ...event,
          aggregateNonce,
          globalNonce,
        })),
      );
      expect(told).toMatchObject([
        Account.event("MoneyWithdrawn", { amount: 30 }),
        Account.event("MoneyDeposited", { amount: 30 }),
      ]);
      expect((await collect(reader.read(store, { to: 2n }))).map(({ type }) => type)).toEqual([
        "AccountOpened",
        "MoneyDeposited",
      ]);
    });

    test("transfers from an account to itself as to any other, reading it once", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      await execute(between, transfer, { from: "ann", to: "ann", amount: 30 });
      expect(between.reads.map(({ aggregateId }) => aggregateId)).toEqual(["ann", "ann"]);
      expect(between.reads.map(({ aggregateType }) => aggregateType)).toEqual(["Account", "Limits"]);
      expect(await accounts.load("ann")).toMatchObject({ state: { balance: 100 }, nonce: 4n });
    });

    test("sees a change of what it only reads, and decides again", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      const limits = repository(store, Limits);
      between.beforeNextAppend(() => limits.at("ann").set(20));
      const transferring = execute(between, transfer, { from: "ann", to: "bob", amount: 30 });
      await expect(transferring).rejects.toMatchObject({
        rejection: "over-limit",
        detail: { perTransfer: 20 },
        attempts: 2,
      });
      expect(await accounts.exists("bob")).toBe(false);
      // Two accounts, what was discovered, and after the conflict only what had moved, from where it was
      // known.
      expect(between.reads).toHaveLength(4);
      expect(between.reads.at(-1)).toMatchObject({ aggregateType: "Limits", from: 1n });
    });

    test("takes no decision against a command on a state that never was", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      between.beforeNextAppend(() => accounts.at("ann").deposit(500));
      const result = await execute(between, transfer, { from: "ann", to: "bob", amount: 600 });
      expect(result.attempts).toBe(2);
      expect((await accounts.load("bob")).state.balance).toBe(600);
    });

    test("keeps the correlation over a conflict, reads only what is new, and appends under a new key", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      between.beforeNextAppend(() => accounts.at("ann").deposit(1));
      const correlations: string[] = [];
      const retries: string[] = [];
      const result = await repository(between, Account, {
        hooks: {
          onAttempt: ({ correlationId }) => correlations.push(correlationId),
          onRetry: ({ error, command }) => retries.push(`${command}: ${error.code}`),
        },
      })
        .at("ann")
        .withdraw(100);
      expect(result).toMatchObject({ attempts: 2, nonce: 4n, state: { balance: 1 } });
      expect(retries).toEqual(["Account.withdraw: concurrency-conflict"]);
      expect(new Set(correlations).size).toBe(1);
      const last = (await collect(accounts.history("ann"))).at(-1)!;
      expect(last.recorded.correlationId).toBe(correlations[0]);
      expect(between.reads.map(({ from }) => from)).toEqual([1n, 3n]);
      expect(new Set(between.appends.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(2);
    });

    test("executes once what lost its answer, under the same key", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      between.loseNextAnswer();
      const result = await repository(between, Account).at("ann").withdraw(60);
      expect(result).toMatchObject({ attempts: 2, nonce: 3n, state: { balance: 40 }, replayed: false });
      expect(between.appends[1]).toEqual(between.appends[0]);
      between.loseNextAnswer();
      await execute(between, transfer, { from: "ann", to: "bob", amount: 30 });
      expect(await accounts.load("ann")).toMatchObject({ state: { balance: 10 }, nonce: 4n });
      expect(await accounts.load("bob")).toMatchObject({ state: { balance: 30 }, nonce: 1n });
    });

    test("executes once what is repeated under its key, though it would be rejected by now", async () => {
      await openWith("ann", 100);
      const options = { idempotencyKey: "event-7/withdraw" };
      expect(await accounts.at("ann", options).withdraw(60)).toMatchObject({ replayed: false, nonce: 3n });
      expect(await accounts.at("ann", options).withdraw(60)).toMatchObject({ replayed: true, nonce: 3n });
      const again = { idempotencyKey: "event-8/transfer" };
      const input = { from: "ann", to: "bob", amount: 20 };
      expect(await execute(store, transfer, input, again)).toMatchObject({ replayed: false });
      expect(await execute(store, transfer, input, again)).toMatchObject({ replayed: true });
      expect((await accounts.load("ann")).state.balance).toBe(20);
      const fresh = { idempotencyKey: "event-9/withdraw" };
      await expect(accounts.at("ann", fresh).withdraw(60)).rejects.toBeInstanceOf(CommandRejectedError);
      await expect(accounts.at("ann", fresh).withdraw(60)).rejects.toBeInstanceOf(CommandRejectedError);
    });

    test("gives up after so many attempts with the store's own error", async () => {
      await openWith("ann", 100);
      const between = watched(store);
      const retry = { attemptsMax: 2, baseDelayMs: 0 };
      const faster = async (): Promise<void> => {
        await accounts.at("ann").deposit(1);
        between.beforeNextAppend(faster);
      };
      between.beforeNextAppend(faster);
      const withdrawing = repository(between, Account, { retry }).at("ann").withdraw(60);
      await expect(withdrawing).rejects.toMatchObject({ code: "concurrency-conflict" });
      expect(between.appends).toHaveLength(2);
    });

    test("lets a boundary decide who comes too late, whichever account they open", async () => {
      const opening = Array.from({ length: 12 }, (_, i) =>
        execute(opened.client(), openOneOfThree, { account: `a${i}`, owner: "Ann" }),
      );
      const outcomes = await Promise.allSettled(opening);
      expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(3);
      for (const outcome of outcomes) {
        if (outcome.status === "rejected")
          expect(outcome.reason).toMatchObject({ rejection: "too-many-accounts" });
      }
      expect(await store.head()).toBe(3n);
      // Another owner's accounts are no part of the boundary.
      const bob = await execute(store, openOneOfThree, { account: "b", owner: "Bob" });
      expect(bob).toMatchObject({ attempts: 1, lastGlobalNonce: 4n });
      const at = { aggregateNonce: 1n, globalNonce: 4n };
      expect(bob.aggregates[0]!.events).toEqual([{ type: "AccountOpened", data: { owner: "Bob" }, ...at }]);
    });

    test("neither loses nor makes money under 32 clients at once, at any moment", async ({ annotate }) => {
      const clients = Array.from({ length: 32 }, () => opened.client());
      const { brokenPrefixes, total, transfers, retries, rejections } = await transferStorm(clients);
      await annotate(`${retries} retries and ${rejections} rejections in ${transfers} transfers`);
      expect(brokenPrefixes).toEqual([]);
      expect(total).toBe(initialTotal);
      expect(await store.head()).toBe(8n + 2n * BigInt(transfers - rejections));
      expect(retries).toBeGreaterThan(0);
    });
  });
}
