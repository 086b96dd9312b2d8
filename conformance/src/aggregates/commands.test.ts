import { memoryBackend } from "@leftfold/backend-memory";
import { type EventStore, UnavailableError } from "@leftfold/core";
import {
  defineAggregate,
  defineCommand,
  defineDecision,
  type Emission,
  emitterOf,
  eventReader,
  eventTypes,
  execute,
  handleOf,
  InvalidDefinitionError,
  jsonCodec,
  reject,
  repository,
} from "@leftfold/event-sourcing";
import { collect } from "@leftfold/testing";
import { beforeEach, describe, expect, test } from "vitest";
import { Account, Limits, openOneOfThree, transfer } from "./bank.ts";
import { watched } from "./watched-store.ts";

let store: EventStore;
beforeEach(() => {
  store = memoryBackend().tenant("bank");
});

/** Gives all that the accounts have to one. */
const collectMoney = defineCommand({
  name: "CollectMoney",
  aggregates: (input: { from: readonly string[]; to: string }) => ({
    from: input.from.map((id) => Account.ref(id)),
    to: Account.ref(input.to),
  }),
  handle: ({ from, to }) => {
    const full = from.filter(({ state }) => state.balance > 0);
    if (full.length === 0) return undefined;
    const amount = full.reduce((sum, { state }) => sum + state.balance, 0);
    const taken = full.map((account) => account.emit("MoneyWithdrawn", { amount: account.state.balance }));
    return [...taken, to.emit("MoneyDeposited", { amount })];
  },
});

describe("a command over several aggregates", () => {
  test("takes lists of them", async () => {
    const accounts = repository(store, Account);
    await Promise.all(["ann", "bob", "cleo"].map((id) => accounts.at(id).deposit(10)));
    const { aggregates } = await execute(store, collectMoney, { from: ["ann", "bob", "dan"], to: "cleo" });
    const brief = aggregates.map(({ aggregateId, aggregateNonce, events }) => [
      aggregateId,
      aggregateNonce,
      ...events.map(({ data }) => data),
    ]);
    expect(brief).toEqual([
      ["ann", 2n, { amount: 10 }],
      ["bob", 2n, { amount: 10 }],
      ["dan", 0n],
      ["cleo", 2n, { amount: 20 }],
    ]);
  });

  test("that has nothing to do writes nothing, after the store has agreed to what it read", async () => {
    const between = watched(store);
    between.beforeNextAppend(() => repository(store, Account).at("ann").deposit(10));
    const input = { from: ["ann"], to: "bob" };
    expect(await execute(between, collectMoney, input)).toMatchObject({ attempts: 2, lastGlobalNonce: 3n });
    expect(await execute(between, collectMoney, input)).toMatchObject({
      attempts: 1,
      lastGlobalNonce: undefined,
      aggregates: [],
    });
    expect(between.appends.at(-1)!.appends.every(({ events }) => events.length === 0)).toBe(true);
  });

  test("reads its aggregates side by side", async () => {
    let reading = 0;
    let readingMost = 0;
    const slow: EventStore = {
      ...watched(store),
      async *readStream(request, options) {
        readingMost = Math.max(readingMost, ++reading);
        await Promise.resolve();
        yield* store.readStream(request, options);
        reading--;
      },
    };
    await execute(slow, collectMoney, { from: ["a", "b", "c"], to: "d" });
    expect(readingMost).toBe(4);
  });

  test("loses no event that it emitted and forgot to return, unless it is rejected", async () => {
    const forgetful = defineCommand({
      name: "Forget",
      aggregates: (id: string) => ({ account: Account.ref(id) }),
      handle({ account }, id) {
        const first = account.emit("MoneyDeposited", { amount: 1 });
        account.emit("MoneyDeposited", { amount: 2 });
        return id === "ann" ? first : reject("no");
      },
    });
    const before = await store.head();
    const forgotten = execute(store, forgetful, "ann");
    await expect(forgotten).rejects.toBeInstanceOf(InvalidDefinitionError);
    await expect(forgotten).rejects.toThrow(
      'Forget emitted MoneyDeposited for Account "ann", but did not return',
    );
    await expect(execute(store, forgetful, "bob")).rejects.toMatchObject({ rejection: "no" });
    expect(await store.head()).toBe(before);
  });

  test("cannot write to an aggregate that it did not declare, past the compiler", async () => {
    const elsewhere: Emission = emitterOf<typeof Account.events>(Account.ref("zoe")).emit("MoneyDeposited", {
      amount: 1_000,
    });
    const forging = defineCommand({
      name: "Forge",
      aggregates: (id: string) => ({ account: Account.ref(id) }),
      handle: () => elsewhere,
    });
    const forged = execute(store, forging, "ann");
    await expect(forged).rejects.toBeInstanceOf(InvalidDefinitionError);
    await expect(forged).rejects.toThrow('Forge emitted MoneyDeposited for Account "zoe", which it does not');
    expect(await store.head()).toBe(0n);
  });

  test("is rejected where it cannot discover what it needs, after the store has agreed to what it read", async () => {
    const lower = defineCommand({
      name: "LowerLimit",
      aggregates: (input: { account: string; witness: string }) => ({
        account: Account.ref(input.account),
        witness: Account.ref(input.witness),
      }),
      discover: ({ account }) =>
        account.open ? { limits: Limits.ref(account.owner) } : reject("not-open", account.owner),
      handle: ({ limits }) => limits.emit("LimitSet", { perTransfer: limits.state.perTransfer - 1 }),
    });
    const input = { account: "ann", witness: "bob" };
    await expect(execute(store, lower, input)).rejects.toMatchObject({
      command: "LowerLimit",
      rejection: "not-open",
      detail: "",
      attempts: 1,
    });
    expect(await store.head()).toBe(0n);
    const between = watched(store);
    between.beforeNextAppend(() => repository(store, Account).at("ann").open("Ann"));
    const { attempts, aggregates } = await execute(between, lower, input);
    expect(attempts).toBe(2);
    expect(aggregates.map(({ events }) => events.length)).toEqual([0, 0, 1]);
    expect((await repository(store, Limits).load("Ann")).state.perTransfer).toBe(999);
  });

  test("decides on plain data, so that tests need no store", () => {
    const handle = (id: string, balance: number) =>
      handleOf<typeof Account.events, typeof Account.initial>(Account.ref(id), {
        state: { ...Account.initial, balance },
        nonce: 1n,
      });
    const aggregates = { from: [handle("ann", 5)], to: handle("bob", 0) };
    expect(collectMoney.handle(aggregates, { from: ["ann"], to: "bob" })).toMatchObject([
      { ref: { aggregateId: "ann" }, event: { type: "MoneyWithdrawn", data: { amount: 5 } } },
      { ref: { aggregateId: "bob" }, event: { type: "MoneyDeposited", data: { amount: 5 } } },
    ]);
  });

  test("has a name", () => {
    const aggregates = () => ({});
    expect(() => defineCommand({ name: "", aggregates, handle: () => undefined })).toThrow(
      InvalidDefinitionError,
    );
  });
});

describe("a command", () => {
  test("repeats its append under its key while the outcome is unknown, and then gives up", async () => {
    const between: EventStore = { ...watched(store), append: async () => Promise.reject(gone) };
    const keys: (string | undefined)[] = [];
    between.append = async ({ idempotencyKey }) => {
      keys.push(idempotencyKey);
      throw gone;
    };
    const clock = { sleep: async () => {}, random: () => 1 };
    const delays: number[] = [];
    const hooks = { onRetry: ({ delayMs }: { delayMs: number }) => delays.push(delayMs) };
    const depositing = repository(between, Account, { retry: { attemptsMax: 4 }, clock, hooks })
      .at("ann")
      .deposit(1);
    await expect(depositing).rejects.toBe(gone);
    expect(keys).toHaveLength(4);
    expect(new Set(keys).size).toBe(1);
    expect(delays).toEqual([10, 20, 40]);
  });

  test("does not try again what cannot succeed", async () => {
    const between = watched(store);
    await expect(repository(between, Account).at("").deposit(1)).rejects.toMatchObject({
      code: "invalid-argument",
    });
    expect(between.appends).toEqual([]);
    const bug = repository(store, Account).execute("ann", () => {
      throw new RangeError("a bug");
    });
    await expect(bug).rejects.toBeInstanceOf(RangeError);
  });

  test("ends with its caller's signal, before it begins and while it waits", async () => {
    const accounts = repository(store, Account);
    await expect(accounts.at("ann", { signal: AbortSignal.abort("before") }).deposit(1)).rejects.toBe(
      "before",
    );
    const controller = new AbortController();
    const between = watched(store);
    between.loseNextAnswer();
    const waiting = repository(between, Account, {
      retry: { baseDelayMs: 60_000, delayMaxMs: 60_000 },
      clock: {
        random: () => 1,
        sleep: async (_, signal) => {
          controller.abort("meanwhile");
          signal?.throwIfAborted();
        },
      },
    });
    await expect(waiting.at("ann", { signal: controller.signal }).deposit(1)).rejects.toBe("meanwhile");
    expect(await store.head()).toBe(1n);
  });

  test("with a deadline for each call passes it on", async () => {
    const timeouts: (number | undefined)[] = [];
    const between: EventStore = {
      ...watched(store),
      append: (request, options) => {
        timeouts.push(options?.timeoutMs);
        return store.append(request, options);
      },
    };
    await repository(between, Account, { timeoutMs: 5_000 }).at("ann").deposit(1);
    expect(timeouts).toEqual([5_000]);
  });

  test("never records what its own definition fails on", async () => {
    const Fragile = defineAggregate({
      type: "Fragile",
      events: eventTypes<{ Filled: { level: number } }>(),
      initial: { level: 0 },
      evolve: {
        Filled: (_, { level }) => {
          if (level > 9) throw new RangeError("Overflow.");
          return { level };
        },
      },
      commands: { fill: (_, level: number) => ({ type: "Filled", data: { level } }) },
    });
    await expect(repository(store, Fragile).at("f").fill(10)).rejects.toThrow("Overflow.");
    const fillAll = defineCommand({
      name: "FillAll",
      aggregates: (ids: readonly string[]) => ({ all: ids.map((id) => Fragile.ref(id)) }),
      handle: ({ all }) => all.map((fragile, i) => fragile.emit("Filled", { level: 9 + i })),
    });
    await expect(execute(store, fillAll, ["a", "b"])).rejects.toThrow("Overflow.");
    expect(await store.head()).toBe(0n);
  });

  test("fails when it cannot find out whether its key was used", async () => {
    const between: EventStore = { ...watched(store), append: async () => Promise.reject(gone) };
    const options = { idempotencyKey: "k", retry: { attemptsMax: 1 } };
    await expect(repository(between, Account, options).at("ann").withdraw(1)).rejects.toBe(gone);
  });

  test("loads anew when the store has less than it was decided on", async () => {
    const other = memoryBackend().tenant("bank");
    await repository(other, Account).at("ann").deposit(7);
    let reads = 0;
    const restored: EventStore = {
      ...watched(store),
      // The first read still sees what a restore has taken away.
      readStream: (request, options) => (reads++ === 0 ? other : store).readStream(request, options),
    };
    const deposited = await repository(restored, Account).at("ann").deposit(1);
    expect(deposited).toMatchObject({ attempts: 2, state: { balance: 1 }, nonce: 1n });
  });
});

describe("a decision", () => {
  test("that rejects or has nothing to do writes nothing", async () => {
    const noting = defineDecision({
      name: "Note",
      of: [Account],
      boundary: (owner: string) => ({
        tags: [`owner:${owner}`],
        eventTypes: ["AccountOpened", "MoneyDeposited"],
      }),
      initial: { seen: 0 },
      evolve: { MoneyDeposited: ({ seen }) => ({ seen: seen + 1 }) },
      aggregates: () => ({}),
      decide: ({ seen }, _, owner) => (owner === "Ann" ? reject("no-notes", seen) : []),
    });
    await repository(store, Account).at("ann").open("Ann");
    // The boundary has an event that the decision does not fold.
    await expect(execute(store, noting, "Ann")).rejects.toMatchObject({ rejection: "no-notes", detail: 0 });
    expect(await execute(store, noting, "Bob")).toMatchObject({ lastGlobalNonce: undefined });
    expect(await store.head()).toBe(1n);
  });

  test("folds after a conflict only what has come since", async () => {
    const between = watched(store);
    const froms: (bigint | undefined)[] = [];
    between.readAll = (request, options) => {
      froms.push(request?.from);
      return store.readAll(request, options);
    };
    await execute(store, openOneOfThree, { account: "a1", owner: "Ann" });
    between.beforeNextAppend(() => execute(store, openOneOfThree, { account: "a2", owner: "Ann" }));
    const result = await execute(between, openOneOfThree, { account: "a3", owner: "Ann" });
    expect(result).toMatchObject({ attempts: 2, lastGlobalNonce: 3n });
    expect(froms).toEqual([1n, 2n]);
  });

  test("never records what its own definition cannot read", async () => {
    const Unreadable = defineAggregate({
      type: "Unreadable",
      events: eventTypes<{ Written: { text: string } }>(),
      initial: {},
      evolve: { Written: (state) => state },
      commands: {},
      codec: {
        ...jsonCodec,
        decoder: () => () => {
          throw new SyntaxError("Nobody can read this.");
        },
      },
    });
    const write = defineDecision({
      name: "Write",
      of: [Account],
      boundary: (_: string) => ({ tags: ["none"] }),
      initial: {},
      evolve: {},
      aggregates: (id) => ({ page: Unreadable.ref(id) }),
      decide: (_, { page }) => page.emit("Written", { text: "x" }),
    });
    await expect(execute(store, write, "p")).rejects.toMatchObject({ code: "undecodable-event" });
    expect(await store.head()).toBe(0n);
  });

  test("is done once under its key", async () => {
    const options = { idempotencyKey: "event-1/open" };
    const input = { account: "a1", owner: "Ann" };
    await execute(store, openOneOfThree, input, options);
    expect(await execute(store, openOneOfThree, input, options)).toMatchObject({ replayed: true });
    expect(await store.head()).toBe(1n);
  });
});

test("a past with unknown events is told without them, where the definition skips them", async () => {
  await repository(store, Account).at("ann").open("Ann");
  await execute(store, transfer, { from: "ann", to: "ann", amount: 1 }).catch(() => {});
  await repository(store, Account).at("ann").deposit(3);
  const Deposits = defineAggregate({
    type: "Account",
    events: eventTypes<{ MoneyDeposited: { amount: number } }>(),
    initial: { sum: 0 },
    evolve: { MoneyDeposited: ({ sum }, { amount }) => ({ sum: sum + amount }) },
    commands: {},
    unknownEvents: "skip",
  });
  const deposits = repository(store, Deposits);
  expect((await collect(deposits.history("ann"))).map(({ data }) => data)).toEqual([{ amount: 3 }]);
  expect(await deposits.load("ann")).toEqual({ state: { sum: 3 }, nonce: 2n });
  const read = await collect(eventReader([Deposits]).read(store));
  expect(read.map(({ data, recorded }) => [data, recorded.globalNonce])).toEqual([[{ amount: 3 }, 2n]]);
  const enough = { signal: AbortSignal.abort("enough") };
  await expect(collect(eventReader([Deposits]).read(store, enough))).rejects.toBe("enough");
});

const gone = new UnavailableError("Gone.");
