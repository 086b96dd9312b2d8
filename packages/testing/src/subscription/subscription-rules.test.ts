import type { RecordedEvent, SubscribeRequest, SubscriptionMessage } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { aRecordedEvent } from "../builders/recorded-event.ts";
import { SubscriptionRules } from "./subscription-rules.ts";

const event = (globalNonce: bigint, fields: Partial<RecordedEvent> = {}): SubscriptionMessage => ({
  kind: "event",
  event: aRecordedEvent({ globalNonce, ...fields }),
});
const checkpoint = (globalNonce: bigint): SubscriptionMessage => ({ kind: "checkpoint", globalNonce });
const caughtUp = (globalNonce: bigint): SubscriptionMessage => ({ kind: "caughtUp", globalNonce });

function check(request: SubscribeRequest | undefined, ...messages: SubscriptionMessage[]): bigint {
  const rules = new SubscriptionRules(request);
  for (const message of messages) rules.check(message);
  return rules.position;
}

const placed = { query: { anyOf: [{ eventTypes: ["Placed"] }] } };

describe("the rules of a subscription", () => {
  test("accept what a store sends, and tell up to where the log is settled", () => {
    expect(check(undefined)).toBe(0n);
    expect(
      check(undefined, event(1n), event(2n), caughtUp(2n), checkpoint(2n), event(3n), caughtUp(3n)),
    ).toBe(3n);
    expect(check({ after: 5n }, caughtUp(5n), event(6n))).toBe(6n);
    expect(check({ after: "head" }, caughtUp(9n), event(10n))).toBe(10n);
    expect(check({ after: "head" }, event(10n), event(11n))).toBe(11n);
    const match = { eventType: "Placed" };
    expect(check(placed, checkpoint(3n), event(5n, match), event(9n, match), caughtUp(12n))).toBe(12n);
  });

  for (const [words, request, messages, finding] of [
    ["a gap", undefined, [event(1n), event(3n)], /3 came right after 1/],
    ["a gap after catching up", { after: "head" }, [caughtUp(9n), event(11n)], /11 came right after 9/],
    ["an event twice", undefined, [event(1n), event(1n)], /1 came after 1 was settled/],
    ["an event that was not asked for", { after: 5n }, [event(5n)], /5 came after 5 was settled/],
    [
      "an event after a checkpoint beyond it",
      placed,
      [checkpoint(7n), event(6n, { eventType: "Placed" })],
      /settled/,
    ],
    ["a checkpoint that goes back", placed, [checkpoint(7n), checkpoint(6n)], /6 came after 7 was settled/],
    ["catching up beyond the last event", undefined, [event(1n), caughtUp(2n)], /last event delivered was 1/],
    ["an event that does not match", placed, [event(1n, { eventType: "Paid" })], /does not match/],
  ] as const) {
    test(`find ${words}`, () => {
      expect(() => check(request, ...messages)).toThrow(finding);
    });
  }
});
