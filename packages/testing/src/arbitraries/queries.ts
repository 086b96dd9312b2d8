import type {
  EventQuery,
  EventQueryItem,
  ReadAllRequest,
  ReadStreamRequest,
  SubscribeRequest,
} from "@leftfold/core";
import fc from "fast-check";
import { anyNames, type NameSource } from "./names.ts";

/** Criteria in any combination, none and empty lists included. */
export function arbitraryEventQueryItem(names: NameSource = anyNames()): fc.Arbitrary<EventQueryItem> {
  const prefix = fc
    .tuple(names.aggregateId, fc.integer({ min: 0, max: 3 }))
    .map(([aggregateId, length]) => [...aggregateId].slice(0, length).join(""));
  return fc.record<EventQueryItem, never>(
    {
      eventTypes: fc.array(names.eventType, { maxLength: 3 }),
      aggregateTypes: fc.array(names.aggregateType, { maxLength: 2 }),
      aggregateIdPrefix: prefix,
      tags: fc.array(names.tag, { maxLength: 2 }),
    },
    { requiredKeys: [] },
  );
}

/** Any valid query: one to three items. */
export function arbitraryEventQuery(names: NameSource = anyNames()): fc.Arbitrary<EventQuery> {
  return fc.record({ anyOf: fc.array(arbitraryEventQueryItem(names), { minLength: 1, maxLength: 3 }) });
}

const direction = fc.constantFrom("forwards", "backwards", undefined);

/** Any valid read of a log, with bounds within `nonceMax` or somewhat beyond, also crossed ones. */
export function arbitraryReadAllRequest({
  names = anyNames(),
  nonceMax = 100n,
}: {
  names?: NameSource;
  nonceMax?: bigint;
} = {}): fc.Arbitrary<ReadAllRequest> {
  const nonce = arbitraryBound(nonceMax);
  const fields = { query: arbitraryEventQuery(names), direction, from: nonce, to: nonce, maxCount };
  return fc.record<ReadAllRequest, never>(fields, { requiredKeys: [] });
}

/** Any valid read of one aggregate's stream, with bounds within `nonceMax` or somewhat beyond. */
export function arbitraryReadStreamRequest({
  names = anyNames(),
  nonceMax = 20n,
}: {
  names?: NameSource;
  nonceMax?: bigint;
} = {}): fc.Arbitrary<ReadStreamRequest> {
  const { aggregateType, aggregateId } = names;
  return fc.record<ReadStreamRequest, "aggregateType" | "aggregateId">(
    { aggregateType, aggregateId, direction, from: arbitraryBound(nonceMax), maxCount },
    { requiredKeys: ["aggregateType", "aggregateId"] },
  );
}

/** Any valid subscription, from the start, from a nonce up to `nonceMax`, or from the head. */
export function arbitrarySubscribeRequest({
  names = anyNames(),
  nonceMax = 100n,
}: {
  names?: NameSource;
  nonceMax?: bigint;
} = {}): fc.Arbitrary<SubscribeRequest> {
  const after = fc.oneof(fc.bigInt({ min: 0n, max: nonceMax }), fc.constant("head" as const));
  return fc.record<SubscribeRequest, never>(
    { query: arbitraryEventQuery(names), after },
    { requiredKeys: [] },
  );
}

const maxCount = fc.oneof(fc.integer({ min: 1, max: 30 }), fc.constantFrom(1000, 2 ** 32 - 1));

function arbitraryBound(nonceMax: bigint): fc.Arbitrary<bigint> {
  return fc.oneof(
    { weight: 8, arbitrary: fc.bigInt({ min: 1n, max: nonceMax + 5n }) },
    { weight: 1, arbitrary: fc.constantFrom(1n, 2n ** 63n - 1n) },
  );
}
