import { arbitraryName } from "@leftfold/testing";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { plainArray, textArray } from "./array-literal.ts";
import { Workbench } from "./testing/workbench.ts";

const workbench: Workbench = new Workbench();
afterAll(() => workbench[Symbol.asyncDispose]());

const hard: fc.Arbitrary<string> = fc.constantFrom(
  "NULL",
  "null",
  "{}",
  "{a,b}",
  ",",
  '"',
  '\\"',
  "\\",
  "\\\\x00",
  " padded ",
  "a\u2028b",
  "💶",
);

async function roundTrip(literal: string, type: string): Promise<string[]> {
  const rows = await workbench.sql.unsafe(
    `select v from unnest($1::${type}[]) with ordinality as u(v, n) order by n`,
    [literal],
  );
  return rows.map((row) => row["v"]);
}

it("brings names of every kind to PostgreSQL as they are", async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.oneof(arbitraryName(), hard), { maxLength: 8 }), async (names) => {
      expect(await roundTrip(textArray(names), "text")).toEqual(names);
    }),
    { numRuns: 300 },
  );
});

it("brings nonces to PostgreSQL as they are", async () => {
  const nonces = [1n, 2n ** 53n + 1n, 2n ** 63n - 1n];
  expect(await roundTrip(plainArray(nonces), "bigint")).toEqual(nonces.map(String));
  expect(await roundTrip(plainArray([]), "bigint")).toEqual([]);
});
