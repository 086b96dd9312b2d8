import type { AppendRequest, ProposedEvent } from "@leftfold/core";
import { any, exact } from "@leftfold/core";
import { type AppendTarget, aggregateType } from "./aggregate-choice.ts";

export const eventType = "MoneyDeposited";
export const contentType = "application/json";

/** 256 bytes of JSON: what one event of these benchmarks carries. */
export const payload: Uint8Array = new TextEncoder().encode(
  JSON.stringify({ amount: 125, currency: "EUR", note: "" }).replace('""', () => `"${"x".repeat(215)}"`),
);

const event: ProposedEvent = { eventType, contentType, payload };

/** The request that appends one event of 256 bytes. */
export function deposit({ aggregateId, expected }: AppendTarget): AppendRequest {
  return {
    appends: [
      {
        aggregateType,
        aggregateId,
        expected: expected === undefined ? any : exact(expected),
        events: [event],
      },
    ],
  };
}
