import { any, defaultLimits, exact, validateAppend } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { collect, takeUntil } from "./collect.ts";
import { anAggregate, anAppend, anEvent, noneOf, someEvents, uniqueTenant } from "./events.ts";
import { freshSeed, SeededRandom } from "./seeded-random.ts";

/** The numbers from 1 on, without end; notes whether it was closed. */
function numbers(): AsyncIterable<number> & { closed: boolean } {
  return {
    closed: false,
    async *[Symbol.asyncIterator]() {
      try {
        for (let number = 1; ; number++) yield number;
      } finally {
        this.closed = true;
      }
    },
  };
}

describe("collect", () => {
  test("gives so many elements at most, and closes the iterable", async () => {
    const endless = numbers();
    expect(await collect(endless, { max: 3 })).toEqual([1, 2, 3]);
    expect(endless.closed).toBe(true);
    expect(await collect(endless, { max: 0 })).toEqual([]);
  });

  test("gives all that there is", async () => {
    const some = (async function* () {
      yield* ["a", "b"];
    })();
    expect(await collect(some)).toEqual(["a", "b"]);
  });
});

describe("takeUntil", () => {
  test("gives what comes up to the element that was looked for, and closes the iterable", async () => {
    const endless = numbers();
    expect(await takeUntil(endless, (number) => number === 4)).toEqual([1, 2, 3, 4]);
    expect(endless.closed).toBe(true);
  });

  test("gives all when nothing is accepted", async () => {
    const some = (async function* () {
      yield* [1, 2];
    })();
    expect(await takeUntil(some, () => false)).toEqual([1, 2]);
  });
});

describe("builders", () => {
  test("make valid requests of nothing", () => {
    for (const request of [
      anAppend(),
      anAppend({ appends: [anAggregate(), anAggregate({ aggregateId: "b" })] }),
    ]) {
      expect(validateAppend(request, defaultLimits).eventCount).toBe(request.appends.length);
    }
  });

  test("take what they are given", () => {
    const conditions = [noneOf([{ tags: ["t"] }]), noneOf([{}], 3n)];
    const events = [anEvent({ eventType: "OrderPaid" })];
    const request = anAppend({
      aggregateId: "x",
      expected: exact(2n),
      events,
      conditions,
      idempotencyKey: "k",
    });
    expect(request).toEqual({
      appends: [{ aggregateType: "order", aggregateId: "x", expected: exact(2n), events }],
      conditions: [
        { failIfMatches: { anyOf: [{ tags: ["t"] }] } },
        { failIfMatches: { anyOf: [{}] }, after: 3n },
      ],
      idempotencyKey: "k",
    });
    expect(anAggregate().expected).toBe(any);
  });

  test("make events that tell themselves apart, and tenants that nobody else has", () => {
    const payloads = someEvents(3).map(({ payload }) => new TextDecoder().decode(payload));
    expect(payloads).toEqual(["0", "1", "2"]);
    expect(uniqueTenant()).not.toBe(uniqueTenant());
  });
});

describe("seeded random numbers", () => {
  const draw = (random: SeededRandom): number[] => Array.from({ length: 50 }, () => random.below(1_000));

  test("are the same for the same seed, and differ between seeds", () => {
    expect(draw(new SeededRandom(7))).toEqual(draw(new SeededRandom(7)));
    expect(draw(new SeededRandom(7))).not.toEqual(draw(new SeededRandom(8)));
    expect(draw(new SeededRandom(7).fork())).toEqual(draw(new SeededRandom(7).fork()));
    expect(new SeededRandom().seed).not.toBe(freshSeed());
  });

  test("lie within their bound, and spread over it", () => {
    const random = new SeededRandom(1);
    const counts = new Map<number, number>();
    for (let i = 0; i < 10_000; i++) {
      const drawn = random.below(10);
      counts.set(drawn, (counts.get(drawn) ?? 0) + 1);
    }
    expect([...counts.keys()].sort()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    for (const count of counts.values()) expect(Math.abs(count - 1_000)).toBeLessThan(150);
  });

  test("decide by chance, and pick from a list", () => {
    const random = new SeededRandom(1);
    expect(random.chance(0)).toBe(false);
    expect(random.chance(1)).toBe(true);
    const picked = new Set(Array.from({ length: 100 }, () => random.pick(["a", "b", "c"])));
    expect([...picked].sort()).toEqual(["a", "b", "c"]);
  });
});
