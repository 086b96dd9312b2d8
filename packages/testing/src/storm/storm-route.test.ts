import { expect, test } from "vitest";
import { SeededRandom } from "../builders/seeded-random.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { StormRoute } from "./storm-route.ts";

test("lets each store have the log for itself for a while, and then all of them at once", () => {
  const backend = referenceBackend();
  const stores = ["a", "b"].map((tenantId) => backend.tenant(tenantId));
  const route = new StormRoute(stores, new SeededRandom(1));
  const taken = Array.from({ length: 2_000 }, () => stores.indexOf(route.next()));
  const lengths = taken
    .join("")
    .match(/0+|1+/g)!
    .map(({ length }) => length);
  expect(new Set(taken)).toEqual(new Set([0, 1]));
  expect(Math.max(...lengths)).toBeGreaterThan(50);
  expect(lengths.filter((length) => length === 1).length).toBeGreaterThan(20);
});
