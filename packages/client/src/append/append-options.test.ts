import { InvalidArgumentError } from "@leftfold/core";
import { expect, test } from "vitest";
import { appendOptions, defaultAppendOptions } from "./append-options.ts";

test("takes the defaults for what is not given", () => {
  expect(appendOptions()).toEqual(defaultAppendOptions);
  expect(appendOptions({ callsInFlightMax: 8 })).toEqual({ ...defaultAppendOptions, callsInFlightMax: 8 });
});

test.each([{ callsInFlightMax: 0 }, { waitingAppendsMax: 1.5 }, { appendsPerCallMax: 1_001 }])(
  "rejects %o",
  (given) => {
    const [field] = Object.keys(given);
    expect(() => appendOptions(given)).toThrow(InvalidArgumentError);
    expect(() => appendOptions(given)).toThrow(`append.${field}`);
  },
);
