import { expect, test } from "vitest";
import { connect } from "./connect.ts";

test("waits half a second at most before it connects again, however often that failed", async () => {
  const sql = connect({ url: "postgres://postgres@127.0.0.1:1/postgres" }, 1);
  // The driver's types have it as true or false as well, and its parsed options have what was given.
  const pauseSeconds = sql.options.backoff as unknown as (failures: number) => number;
  for (const failures of [0, 1, 5, 7, 1000]) {
    expect(pauseSeconds(failures)).toBeGreaterThan(0);
    expect(pauseSeconds(failures)).toBeLessThanOrEqual(0.5);
  }
  await sql.end();
});
