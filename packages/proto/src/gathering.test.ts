import { describe, expect, test } from "vitest";
import { Gathering, type GatheringRules } from "./gathering.ts";
import { HandFedSource } from "./test-data/hand-fed-source.ts";

type Item = number | "alone";

/** Batches of at most four items, or of a weight of 100; a number weighs itself. */
const rules: GatheringRules<Item, readonly Item[]> = {
  itemsMax: 4,
  weightMax: 100,
  weigh: (item) => (item === "alone" ? 0 : item),
  isAlone: (item) => item === "alone",
  join: (items) => items,
};

async function* ready(items: readonly Item[]): AsyncGenerator<Item> {
  yield* items;
}

async function batches(source: AsyncIterable<Item>): Promise<(readonly Item[])[]> {
  const all: (readonly Item[])[] = [];
  for await (const batch of new Gathering(source, rules, () => undefined)) all.push(batch);
  return all;
}

describe("what is ready", () => {
  test("goes together, up to the number that a batch takes", async () => {
    expect(await batches(ready([1, 2, 3, 4, 5, 6]))).toEqual([
      [1, 2, 3, 4],
      [5, 6],
    ]);
  });

  test("goes together, up to the weight that closes a batch", async () => {
    expect(await batches(ready([60, 39, 1, 100, 99, 500, 1]))).toEqual([[60, 39, 1], [100], [99, 500], [1]]);
  });

  test("stays in its order around what goes alone", async () => {
    expect(await batches(ready(["alone", 1, 2, "alone", "alone", 3]))).toEqual([
      ["alone"],
      [1, 2],
      ["alone"],
      ["alone"],
      [3],
    ]);
  });

  test("may be nothing", async () => {
    expect(await batches(ready([]))).toEqual([]);
  });

  test("comes before the failure behind it", async () => {
    const failure = new Error("broken");
    async function* failing(): AsyncGenerator<Item> {
      yield* [1, 2];
      throw failure;
    }
    const gathering = new Gathering(failing(), rules, () => undefined);
    expect(await gathering.next()).toEqual({ done: false, value: [1, 2] });
    await expect(gathering.next()).rejects.toBe(failure);
    expect(await gathering.next()).toEqual({ done: true, value: undefined });
  });
});

describe("what is not ready", () => {
  test("is not waited for: an item goes out without the one after it, which is not lost", async () => {
    const source = new HandFedSource<Item>();
    const gathering = new Gathering(source, rules, () => undefined);
    const batches: unknown[] = [];
    for (const item of [1, 2, 3]) {
      const next = gathering.next();
      source.give(item);
      batches.push((await next).value);
    }
    expect(batches).toEqual([[1], [2], [3]]);
    // The three, and the one behind them that nobody has given yet.
    expect(source.asked).toBe(4);
  });

  test("is asked for once, and nothing further while nobody wants the next batch", async () => {
    const source = new HandFedSource<Item>();
    const gathering = new Gathering(source, rules, () => undefined);
    for (const item of [1, 2, 3, 4, 5, 6]) source.give(item);
    expect(await gathering.next()).toEqual({ done: false, value: [1, 2, 3, 4] });
    await endOfTurn();
    expect(source.asked).toBe(4);
  });
});

describe("a consumer", () => {
  test("that leaves ends the source, also while it waits for an item", async () => {
    const source = new HandFedSource<Item>();
    const gathering = new Gathering(source, rules, () => source.fail(new Error("left")));
    const waiting = gathering.next();
    await endOfTurn();
    expect(await gathering.return()).toEqual({ done: true, value: undefined });
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(source.returned).toBe(true);
    expect(await gathering.return()).toEqual({ done: true, value: undefined });
    expect(await gathering.next()).toEqual({ done: true, value: undefined });
  });

  test("that breaks out of its loop ends the source, and what it asked for beyond goes unheard", async () => {
    const source = new HandFedSource<Item>();
    source.give(1);
    let left = false;
    const leave = (): void => {
      left = true;
      source.fail(new Error("left"));
    };
    for await (const batch of new Gathering(source, rules, leave)) {
      expect(batch).toEqual([1]);
      break;
    }
    expect(left && source.returned).toBe(true);
  });

  test("that asks twice at once gets one batch after the other", async () => {
    const gathering = new Gathering(ready([1, 2, 3, 4, 5]), rules, () => undefined);
    expect(await Promise.all([gathering.next(), gathering.next(), gathering.next()])).toEqual([
      { done: false, value: [1, 2, 3, 4] },
      { done: false, value: [5] },
      { done: true, value: undefined },
    ]);
  });
});

test("an item that cannot be handled ends the source, and is told", async () => {
  const failure = new RangeError("too heavy");
  const refuse = (): never => {
    throw failure;
  };
  for (const broken of [
    { ...rules, join: refuse },
    { ...rules, weigh: (item: Item) => (item === 2 ? refuse() : 0) },
  ]) {
    let left = false;
    const gathering = new Gathering(ready([1, 2]), broken, () => {
      left = true;
    });
    await expect(gathering.next()).rejects.toBe(failure);
    expect(left).toBe(true);
  }
});

function endOfTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
