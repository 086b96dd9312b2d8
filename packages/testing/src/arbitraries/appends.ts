import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  any,
  type ExpectedNonce,
  exact,
  nonceMax,
  noStream,
  type ProposedEvent,
  pinnedNonce,
  streamExists,
} from "@leftfold/core";
import fc from "fast-check";
import { arbitraryProposedEvent } from "./events.ts";
import { anyNames, type NameSource } from "./names.ts";
import { arbitraryEventQuery } from "./queries.ts";

/** Any expectation: mostly of small nonces, which may well hold, and now and then of the largest. */
export function arbitraryExpectedNonce(): fc.Arbitrary<ExpectedNonce> {
  const nonce = fc.oneof(
    { weight: 9, arbitrary: fc.bigInt({ min: 0n, max: 5n }) },
    { weight: 1, arbitrary: fc.constantFrom(2n ** 53n, nonceMax) },
  );
  return fc.oneof(fc.constantFrom(noStream, streamExists, any), nonce.map(exact));
}

/** What is expected of one aggregate, and up to four events, with or without the nonces that follow. */
export function arbitraryAggregateAppend(names: NameSource = anyNames()): fc.Arbitrary<AggregateAppend> {
  return fc
    .record({
      aggregateType: names.aggregateType,
      aggregateId: names.aggregateId,
      expected: arbitraryExpectedNonce(),
      events: fc.array(arbitraryProposedEvent(names), { maxLength: 4 }),
      proposes: fc.array(fc.boolean(), { minLength: 4, maxLength: 4 }),
    })
    .map(({ proposes, events, ...aggregate }) => ({
      ...aggregate,
      events: events.map((event, i) => (proposes[i] ? proposing(event, aggregate.expected, i) : event)),
    }));
}

function proposing(event: ProposedEvent, expected: ExpectedNonce, index: number): ProposedEvent {
  const pinned = pinnedNonce(expected);
  // The last nonces do not have room for events after them; whether they are refused is no matter of form.
  if (pinned === undefined || pinned > nonceMax - 10n) return event;
  return { ...event, aggregateNonce: pinned + 1n + BigInt(index) };
}

/** That no event matches a query, in the whole log or after a nonce. */
export function arbitraryAppendCondition(names: NameSource = anyNames()): fc.Arbitrary<AppendCondition> {
  return fc.record(
    { failIfMatches: arbitraryEventQuery(names), after: fc.bigInt({ min: 0n, max: 50n }) },
    { requiredKeys: ["failIfMatches"] },
  );
}

/**
 * Any valid append: one to three aggregates, up to two conditions, with or without a key, no event id twice.
 */
export function arbitraryAppendRequest(names: NameSource = anyNames()): fc.Arbitrary<AppendRequest> {
  const appends = fc.uniqueArray(arbitraryAggregateAppend(names), {
    minLength: 1,
    maxLength: 3,
    selector: ({ aggregateType, aggregateId }) => JSON.stringify([aggregateType, aggregateId]),
  });
  return fc.record<AppendRequest, "appends">(
    {
      appends: appends.map(withoutRepeatedIds),
      conditions: fc.array(arbitraryAppendCondition(names), { maxLength: 2 }),
      idempotencyKey: names.idempotencyKey,
    },
    { requiredKeys: ["appends"] },
  );
}

function withoutRepeatedIds(appends: readonly AggregateAppend[]): AggregateAppend[] {
  const seen = new Set<string>();
  return appends.map((append) => ({
    ...append,
    events: append.events.map((event) => {
      const { eventId, ...others } = event;
      if (eventId === undefined || seen.has(eventId)) return others;
      seen.add(eventId);
      return event;
    }),
  }));
}
