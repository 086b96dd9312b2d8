import { expect, test } from "vitest";
import { InvalidDefinitionError } from "./errors.ts";
import { upcasterChain } from "./upcasting.ts";

const step = (name: string) => (data: readonly string[]) => [...data, name];

test("leads data of each version through all later steps, in order", () => {
  const chain = upcasterChain("Account", "Opened", {
    2: step("2→3"),
    1: step("1→2"),
    10: step("10→11"),
    ...rest,
  });
  expect(chain.currentVersion).toBe(11);
  expect(chain.upcast([], 1)).toEqual(["1→2", "2→3", "3", "4", "5", "6", "7", "8", "9", "10→11"]);
  expect(chain.upcast([], 10)).toEqual(["10→11"]);
  expect(chain.upcast(["as it is"], 11)).toEqual(["as it is"]);
});

const rest = Object.fromEntries([3, 4, 5, 6, 7, 8, 9].map((version) => [version, step(String(version))]));

test("leaves an event type without upcasters at version 1", () => {
  expect(upcasterChain("Account", "Opened", undefined).currentVersion).toBe(1);
  expect(upcasterChain("Account", "Opened", {}).currentVersion).toBe(1);
  expect(upcasterChain("Account", "Opened", {}).upcast("data", 1)).toBe("data");
});

test("is refused when a step is missing", () => {
  const gap = () => upcasterChain("Account", "Opened", { 1: step("1→2"), 3: step("3→4") });
  expect(gap).toThrow(InvalidDefinitionError);
  expect(gap).toThrow(
    "The upcasters of Opened of Account go on from version 3, but none starts from version 2.",
  );
});

test.each(["0", "-1", "1.5", "01", "first"])("is refused when a step starts from version %j", (version) => {
  const define = () => upcasterChain("Account", "Opened", { 1: step("1→2"), [version]: step("twice") });
  expect(define).toThrow("Versions are whole numbers from 1.");
});
