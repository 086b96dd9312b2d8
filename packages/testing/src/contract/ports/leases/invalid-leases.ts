import { leaseDurationMsMax } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { expectInvalid } from "../../failure.ts";
import { given, type LeaseContext } from "./lease-context.ts";

const request = { name: "n", owner: "ann", durationMs: 1_000 };
const held = { name: "n", owner: "ann", token: 1n };

const invalidNames: readonly (readonly [string, string, RegExp])[] = [
  ["that is empty", "", /1 to 255/],
  ["of 256 characters", "n".repeat(256), /1 to 255/],
  ["with a line break", "a\nb", /control/],
  ["with a zero character", "a\u0000", /control/],
  ["with a lone surrogate", "a\udfff", /surrogate/],
];

export const invalidLeases: ContractArea<LeaseContext> = contractArea("invalid leases", (test) => {
  for (const [words, name, limit] of invalidNames) {
    test(`refuses a name, and an owner, ${words}`, async ({ store }) => {
      for (const field of ["name", "owner"]) {
        await expectInvalid(() => store.acquire({ ...request, [field]: name }), field, { limit });
        await expectInvalid(() => store.release({ ...held, [field]: name }), field, { limit });
      }
      if (name !== "") await expectInvalid(() => store.list(name), "prefix", { limit });
      expect(await store.list("")).toEqual([]);
    });
  }

  test("refuses a duration that is no whole number of milliseconds up to a day", async ({ store }) => {
    for (const durationMs of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, leaseDurationMsMax + 1]) {
      const limit = RegExp(`from 1 to ${leaseDurationMsMax}`);
      await expectInvalid(() => store.acquire({ ...request, durationMs }), "durationMs", { limit });
    }
    expect(await store.list("")).toEqual([]);
    await given(store.acquire({ ...request, durationMs: leaseDurationMsMax }));
  });

  test("refuses a token that is none", async ({ store }) => {
    for (const token of [0n, -1n, 2n ** 63n]) {
      await expectInvalid(() => store.release({ ...held, token }), "token", { limit: /from 1/ });
    }
  });
});
