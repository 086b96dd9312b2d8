import fc from "fast-check";
import { expect, it } from "vitest";
import { shrink } from "./shrink.ts";

/** A list fails when it has these choices in this order, each at least so high. */
function failsWith(
  ...wanted: readonly number[]
): (choices: readonly number[]) => Promise<readonly number[] | undefined> {
  return async (choices) => {
    let found = 0;
    for (const choice of choices) if (found < wanted.length && choice >= wanted[found]!) found++;
    return found === wanted.length ? choices : undefined;
  };
}

it("leaves of a failing list what it takes to fail, as early and as low as that can be", async () => {
  const failing = [1, 0, 5, 2, 0, 0, 7, 1, 1, 3, 0, 9, 2];
  expect(await shrink(failing, failsWith(2, 3))).toEqual([2, 3]);
  expect(await shrink(failing, failsWith())).toEqual([]);
});

it("keeps what it is given when nothing less fails", async () => {
  expect(
    await shrink([1, 0, 1], async (choices) => (choices.join() === "1,0,1" ? choices : undefined)),
  ).toEqual([1, 0, 1]);
});

it("never ends with a list that does not fail", async () => {
  const choices = fc.array(fc.nat(5), { maxLength: 30 });
  const wantedChoices = fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(choices, wantedChoices, async (given, wanted) => {
      const fails = failsWith(...wanted);
      if ((await fails(given)) === undefined) return;
      expect(await fails(await shrink(given, fails))).toBeDefined();
    }),
  );
});
