import { expect, test } from "vitest";
import { newIdempotencyKey } from "./idempotency-key.ts";

test("gives a different UUID of version 7 each time, also when its random bytes are renewed", () => {
  const keys = Array.from({ length: 1_000 }, newIdempotencyKey);
  expect(new Set(keys).size).toBe(1_000);
  for (const key of keys)
    expect(key).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
});
