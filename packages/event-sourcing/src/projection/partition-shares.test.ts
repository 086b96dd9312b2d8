import { expect, test } from "vitest";
import { quotaOf } from "./partition-shares.ts";

test.each([
  [["a"], 4],
  [["a", "b", "c"], 4],
  [["a", "b", "c", "d", "e"], 4],
])("divides partitions among %j without a rest", (members, count) => {
  const quotas = members.map((member) => quotaOf(member, members, count));
  expect(quotas.reduce((sum, quota) => sum + quota)).toBe(count);
  expect(Math.max(...quotas) - Math.min(...quotas)).toBeLessThanOrEqual(1);
});

test("counts a runner that is not listed yet", () => {
  expect(quotaOf("b", ["a"], 4)).toBe(2);
});
