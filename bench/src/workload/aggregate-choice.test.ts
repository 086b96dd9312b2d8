import { expect, test } from "vitest";
import { type AggregateChoice, appendTargets } from "./aggregate-choice.ts";
import { deposit, payload } from "./deposit.ts";

function drawn(choice: AggregateChoice, count: number, seed?: number): Map<string, number> {
  const next = appendTargets(choice, seed);
  const counts = new Map<string, number>();
  for (let draw = 0; draw < count; draw++) {
    const { aggregateId } = next(draw % 8);
    counts.set(aggregateId, (counts.get(aggregateId) ?? 0) + 1);
  }
  return counts;
}

test("gives each writer an aggregate of its own, at the nonce that its appends have brought it to", () => {
  const next = appendTargets("own");
  expect([next(0), next(1), next(0), next(0)]).toEqual([
    { aggregateId: "account-0", expected: 0n },
    { aggregateId: "account-1", expected: 0n },
    { aggregateId: "account-0", expected: 1n },
    { aggregateId: "account-0", expected: 2n },
  ]);
});

test("gives each append a new aggregate", () => {
  expect(drawn("distinct", 1000).size).toBe(1000);
});

test("spreads appends evenly over a hundred hot aggregates", () => {
  const counts = drawn("hot", 100_000);
  expect(counts.size).toBe(100);
  expect(Math.max(...counts.values())).toBeLessThan(1300);
  expect(Math.min(...counts.values())).toBeGreaterThan(700);
});

test("draws by Zipf's law: the first twice as often as the second, ten times as often as the tenth", () => {
  const counts = drawn("zipf", 200_000);
  const of = (rank: number): number => counts.get(`account-${rank - 1}`) ?? 0;
  // The harmonic number of 10,000 is 9.79.
  expect(of(1) / 200_000).toBeCloseTo(1 / 9.79, 2);
  expect(of(1) / of(2)).toBeCloseTo(2, 0);
  expect(of(1) / of(10)).toBeGreaterThan(8.5);
  expect(of(1) / of(10)).toBeLessThan(11.5);
  expect(counts.size).toBeGreaterThan(8000);
});

test("draws the same for the same seed, and otherwise for another", () => {
  expect(drawn("zipf", 1000, 7)).toEqual(drawn("zipf", 1000, 7));
  expect(drawn("zipf", 1000, 7)).not.toEqual(drawn("zipf", 1000, 8));
});

test("appends one event of 256 bytes of JSON, as expected of its aggregate", () => {
  expect(payload).toHaveLength(256);
  expect(JSON.parse(new TextDecoder().decode(payload))).toMatchObject({ amount: 125, currency: "EUR" });
  expect(deposit({ aggregateId: "a", expected: 4n }).appends).toMatchObject([
    { aggregateId: "a", expected: { kind: "exact", nonce: 4n }, events: [{ payload }] },
  ]);
  expect(deposit({ aggregateId: "a", expected: undefined }).appends[0]?.expected).toEqual({ kind: "any" });
});
