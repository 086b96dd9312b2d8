import { ResourceExhaustedError } from "@leftfold/core";
import { expect, test } from "vitest";
import { Admission } from "./admission.ts";

test("room is taken up to the bound and not beyond, and can be taken again when it was given back", () => {
  const admission = new Admission("apples in the basket", 10, 50);
  admission.take(4);
  admission.take(6);
  expect(admission.taken).toBe(10);
  expect(admission.fits(1)).toBe(false);
  expect(() => admission.take(1)).toThrow(
    "The server has 10 apples in the basket, and 1 more would go beyond its bound of 10. Try again in 50 ms.",
  );
  expect(() => admission.take(1)).toThrow(ResourceExhaustedError);
  expect(admission.taken).toBe(10);
  admission.giveBack(6);
  expect(admission.fits(6)).toBe(true);
  admission.take(6);
  expect(admission.taken).toBe(10);
});
