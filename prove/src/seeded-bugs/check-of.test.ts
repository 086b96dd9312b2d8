import { expect, test } from "vitest";
import { checkOf, checksOf } from "./check-of.ts";

test.each([
  ["w1-2.0 was acknowledged at 7, but is not there.", "what was acknowledged is there"],
  ["w1-2.0 was acknowledged at 7, as a 1, but is at 8, as a 2.", "what was acknowledged is there"],
  ["w1-2.0 was rejected, but is recorded at 7.", "what was rejected is not there"],
  ["Of 3 events of the append w1-2.0, 1 are recorded.", "appends are whole"],
  ["w1-2.0 is at 5 and at 7.", "every event is there once"],
  ["w1 was recorded with a at 3, although it expected exact.", "expectations held at the commit"],
  ["w1-2.0 was recorded although 8 matches its condition.", "conditions held at the commit"],
  ["Two answers for w1-2.0 under one key differ.", "a key gives one result"],
  ["account-1 folds to {}, but is kept as {}.", "the read model is the fold of the log"],
  ["Nobody got any further for 20000 ms.", "nobody waits for ever"],
  ["The event at 7 came right after 5: there is a gap.", "subscribers see the log, in order"],
  ["Subscriber 1 saw 7 events of 8.", "subscribers see the log, in order"],
  ["A page has 9 where 8 belongs.", "readers see a prefix, in order"],
  ["aggregate-0 has 359 where 358 belongs.", "logs and streams are dense"],
  ["The log has a hole: from global nonce 1 to 37 there is nothing.", "the store's own look for holes"],
  [
    "The store sent the event at global nonce 9 right after 7. Report this.",
    "the client's own look for holes",
  ],
  ["The store failed; its log has the cause.", "no errors but the contract's"],
  ["The run failed: something else", "the run ends well"],
])("%s tells of the check: %s", (finding, check) => {
  expect(checkOf(finding)).toBe(check);
});

test("checks are named once each, in the order of what was found", () => {
  const page = "A page has 9 where 8 belongs.";
  const stalled = "Nobody got any further for 20000 ms.";
  expect(checksOf([page, stalled, page])).toEqual([
    "readers see a prefix, in order",
    "nobody waits for ever",
  ]);
});
