import { memoryBackend, memorySnapshots } from "@leftfold/backend-memory";
import type { EventStore, SnapshotStore } from "@leftfold/core";
import { defineAggregate, eventTypes, execute, repository } from "@leftfold/event-sourcing";
import { beforeEach, expect, test } from "vitest";
import { Account, transfer } from "./bank.ts";
import { watched } from "./watched-store.ts";

let store: EventStore;
let snapshots: SnapshotStore;
beforeEach(() => {
  store = memoryBackend().tenant("bank");
  snapshots = memorySnapshots();
});

const annAt = (stateVersion: number) => ({ aggregateType: "Account", aggregateId: "ann", stateVersion });

async function deposit(times: number, into: Parameters<typeof repository>[2] = { snapshots }): Promise<void> {
  for (let i = 0; i < times; i++) await repository(store, Account, into).at("ann").deposit(1);
}

test("a snapshot is kept whenever so many events have come, and spares reading them", async () => {
  await deposit(9);
  expect(await snapshots.load(annAt(1))).toBeUndefined();
  await deposit(4);
  expect(await snapshots.load(annAt(1))).toMatchObject({ aggregateNonce: 10n });
  const between = watched(store);
  const loaded = await repository(between, Account, { snapshots }).load("ann");
  expect(loaded).toMatchObject({ state: { balance: 13 }, nonce: 13n });
  expect(between.reads).toMatchObject([{ from: 10n }]);
  expect(await repository(store, Account).load("ann")).toEqual(loaded);
});

test("commands over several aggregates use snapshots and keep them, too", async () => {
  await deposit(9);
  await execute(store, transfer, { from: "ann", to: "bob", amount: 5 }, { snapshots });
  expect(await snapshots.load(annAt(1))).toMatchObject({ aggregateNonce: 10n });
  const between = watched(store);
  await execute(between, transfer, { from: "ann", to: "bob", amount: 4 }, { snapshots });
  expect(between.reads.find(({ aggregateId }) => aggregateId === "ann")).toMatchObject({ from: 10n });
});

test("a snapshot of another state version is not used, and replaced by the next", async () => {
  await deposit(12);
  const Counting = defineAggregate({
    type: "Account",
    events: eventTypes<{ MoneyDeposited: { amount: number } }>(),
    initial: { deposits: 0 },
    evolve: { MoneyDeposited: ({ deposits }) => ({ deposits: deposits + 1 }) },
    commands: { deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }) },
    snapshot: { every: 1 },
    stateVersion: 2,
  });
  const counting = repository(store, Counting, { snapshots });
  expect(await counting.load("ann")).toEqual({ state: { deposits: 12 }, nonce: 12n });
  await counting.at("ann").deposit(1);
  expect(await snapshots.load(annAt(1))).toBeUndefined();
  expect(await snapshots.load(annAt(2))).toMatchObject({ aggregateNonce: 13n });
});

test("a snapshot store that fails, fails no command, and is told of", async () => {
  const broken: SnapshotStore = {
    load: async () => Promise.reject(new Error("No snapshots today.")),
    save: async () => Promise.reject(new Error("No room.")),
    remove: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const errors: unknown[] = [];
  const hooks = { onSnapshotError: (error: unknown) => errors.push(error) };
  await deposit(10, { snapshots: broken, hooks });
  expect((await repository(store, Account).load("ann")).nonce).toBe(10n);
  expect(errors.map(String).slice(-2)).toEqual(["Error: No snapshots today.", "Error: No room."]);
  const failing = () => {
    throw new Error("Nobody listens.");
  };
  await deposit(10, { snapshots: broken, hooks: { onSnapshotError: failing } });
  expect((await repository(store, Account).load("ann")).nonce).toBe(20n);
});

test("a snapshot that cannot be decoded is done without", async () => {
  await deposit(12);
  await snapshots.remove(annAt(1));
  await snapshots.save({ ...annAt(1), aggregateNonce: 10n, state: new Uint8Array([1]) });
  expect(await repository(store, Account, { snapshots }).load("ann")).toMatchObject({ nonce: 12n });
});

test("a snapshot that is ahead of the events, as after a restore, is done without", async () => {
  await deposit(2);
  const state = new TextEncoder().encode(JSON.stringify({ open: true, owner: "Ann", balance: 1_000 }));
  await snapshots.save({ ...annAt(1), aggregateNonce: 50n, state });
  const accounts = repository(store, Account, { snapshots });
  expect(await accounts.load("ann")).toMatchObject({ state: { balance: 2 }, nonce: 2n });
  await expect(accounts.at("ann").withdraw(3)).rejects.toMatchObject({ rejection: "insufficient-funds" });
});

test("loading stops when the caller does, whatever the snapshot store does", async () => {
  const stuck: SnapshotStore = {
    load: (_, options) => new Promise((_resolve, fail) => fail(options?.signal?.reason)),
    save: async () => {},
    remove: async () => {},
    [Symbol.asyncDispose]: async () => {},
  };
  const accounts = repository(store, Account, { snapshots: stuck });
  await expect(accounts.load("ann", { signal: AbortSignal.abort("enough") })).rejects.toBe("enough");
});

test("a state that JSON would change is kept by its own encoding, or not at all", async () => {
  const parts = {
    type: "Tally",
    events: eventTypes<{ Counted: { what: string } }>(),
    initial: (): ReadonlyMap<string, number> => new Map(),
  };
  const counted = (tally: ReadonlyMap<string, number>, { what }: { what: string }) =>
    new Map([...tally, [what, (tally.get(what) ?? 0) + 1]]);
  const Careless = defineAggregate({
    ...parts,
    evolve: { Counted: counted },
    commands: { count: (_, what: string) => ({ type: "Counted", data: { what } }) },
    snapshot: { every: 1 },
  });
  const errors: unknown[] = [];
  const hooks = { onSnapshotError: (error: unknown) => errors.push(error) };
  await repository(store, Careless, { snapshots, hooks }).at("t").count("apples");
  expect(String(errors[0])).toContain("The state was not kept: the data is of class Map");
  const Careful = defineAggregate({
    ...parts,
    evolve: { Counted: counted },
    commands: { count: (_, what: string) => ({ type: "Counted", data: { what } }) },
    snapshot: {
      every: 1,
      encode: (tally) => new TextEncoder().encode(JSON.stringify([...tally])),
      decode: (bytes) => new Map(JSON.parse(new TextDecoder().decode(bytes))),
    },
  });
  const tallies = repository(store, Careful, { snapshots });
  await tallies.at("t").count("apples");
  expect((await tallies.load("t")).state.get("apples")).toBe(2);
  expect(await snapshots.load({ aggregateType: "Tally", aggregateId: "t", stateVersion: 1 })).toBeDefined();
});
