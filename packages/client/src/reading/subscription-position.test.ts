import { InternalError } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { SubscriptionPosition } from "./subscription-position.ts";

describe("without a query", () => {
  test("goes on after the last event", () => {
    const position = new SubscriptionPosition(undefined, true);
    expect(position.after).toBe(0n);
    position.passEvent(1n);
    position.passEvent(2n);
    position.passMark(2n);
    expect(position.after).toBe(2n);
  });

  test("accepts neither a hole nor a repetition, of events or of marks", () => {
    const at5 = () => new SubscriptionPosition(5n, true);
    expect(() => at5().passEvent(7n)).toThrow(InternalError);
    expect(() => at5().passEvent(5n)).toThrow(/the event at global nonce 5 right after 5/);
    expect(() => at5().passMark(6n)).toThrow(/a checkpoint at global nonce 6 right after 5/);
    expect(() => at5().passMark(4n)).toThrow(InternalError);
  });
});

describe("with a query", () => {
  test("goes on after the last event or checkpoint", () => {
    const position = new SubscriptionPosition(5n, false);
    position.passEvent(9n);
    expect(position.after).toBe(9n);
    position.passMark(20n);
    expect(position.after).toBe(20n);
  });

  test("never goes back", () => {
    const at5 = () => new SubscriptionPosition(5n, false);
    expect(() => at5().passEvent(5n)).toThrow(InternalError);
    expect(() => at5().passMark(4n)).toThrow(InternalError);
  });
});

describe("from the head on", () => {
  test("keeps asking for the head until the first answer, and then for what that was", () => {
    const position = new SubscriptionPosition("head", true);
    expect(position.after).toBe("head");
    position.passMark(42n);
    expect(position.after).toBe(42n);
    expect(() => position.passEvent(44n)).toThrow(InternalError);
  });

  test("starts with any event", () => {
    const position = new SubscriptionPosition("head", true);
    position.passEvent(17n);
    expect(position.after).toBe(17n);
  });
});
