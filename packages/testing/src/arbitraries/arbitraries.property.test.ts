import {
  defaultLimits,
  validateAppend,
  validateReadAll,
  validateReadStream,
  validateSubscribe,
  validateTenantId,
} from "@leftfold/core";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { arbitraryAppendRequest } from "./appends.ts";
import { anyNames, arbitraryName, fewNames } from "./names.ts";
import { arbitraryReadAllRequest, arbitraryReadStreamRequest, arbitrarySubscribeRequest } from "./queries.ts";

describe("what is generated is valid", () => {
  test("names", () => {
    fc.assert(fc.property(arbitraryName(), (name) => validateTenantId(name, defaultLimits)));
  });

  for (const [words, names] of [
    ["names of every kind", anyNames()],
    ["a handful of names", fewNames()],
  ] as const) {
    test(`appends with ${words}`, () => {
      const request = arbitraryAppendRequest(names);
      fc.assert(fc.property(request, (append) => void validateAppend(append, defaultLimits)));
    });

    test(`reads and subscriptions with ${words}`, () => {
      const options = { names, nonceMax: 10n };
      fc.assert(
        fc.property(
          arbitraryReadAllRequest(options),
          arbitraryReadStreamRequest(options),
          arbitrarySubscribeRequest(options),
          (readAll, readStream, subscribe) => {
            validateReadAll(readAll, defaultLimits);
            validateReadStream(readStream, defaultLimits);
            validateSubscribe(subscribe, defaultLimits);
          },
        ),
      );
    });
  }
});

describe("what is generated reaches the edges", () => {
  const samples = fc.sample(arbitraryAppendRequest(), { numRuns: 500, seed: 1 });
  const events = samples.flatMap(({ appends }) => appends.flatMap((append) => append.events));

  test.each([
    ["an append without events", samples.some(({ appends }) => appends.every((a) => a.events.length === 0))],
    ["an append to several aggregates", samples.some(({ appends }) => appends.length === 3)],
    ["an append without conditions", samples.some(({ conditions }) => conditions === undefined)],
    ["a name of the largest length", events.some(({ eventType }) => eventType.length === 255)],
    [
      "a name beyond the basic plane",
      events.some(({ eventType }) => /[\u{10000}-\u{10ffff}]/u.test(eventType)),
    ],
    ["a proposed nonce", events.some(({ aggregateNonce }) => aggregateNonce !== undefined)],
    ["an empty payload", events.some(({ payload }) => payload.byteLength === 0)],
    ["an event with no more than it needs", events.some((event) => Object.keys(event).length === 3)],
    ["an event before 1970", events.some(({ occurredAt }) => occurredAt && occurredAt.getTime() < 0)],
  ])("%s", (_, reached) => {
    expect(reached).toBe(true);
  });
});
