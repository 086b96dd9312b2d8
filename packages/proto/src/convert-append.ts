import type {
  AggregateAppend,
  AppendCondition,
  AppendRequest,
  AppendResult,
  ExpectedNonce,
} from "@leftfold/core";
import { proposedEventFromWire, proposedEventToWire } from "./convert-event.ts";
import { expectedNonceFromWire, expectedNonceToWire } from "./convert-expected-nonce.ts";
import { eventQueryFromWire, eventQueryToWire } from "./convert-query.ts";
import type { TenantAppend } from "./decode-append.ts";
import type {
  AggregateAppend as WireAggregateAppend,
  AppendCondition as WireAppendCondition,
  AppendRequest as WireAppendRequest,
  AppendResponse as WireAppendResponse,
} from "./gen/leftfold/eventstore/v1/append_pb.ts";
import type { Mutable } from "./mutable.ts";

export function appendRequestToWire(tenantId: string, request: AppendRequest): WireAppendRequest {
  const { appends, conditions, idempotencyKey } = request;
  const wire: WireAppendRequest = {
    $typeName: "leftfold.eventstore.v1.AppendRequest",
    tenantId,
    appends: appends.map(aggregateAppendToWire),
    conditions: conditions === undefined ? [] : conditions.map(appendConditionToWire),
  };
  if (idempotencyKey !== undefined) wire.idempotencyKey = idempotencyKey;
  return wire;
}

/**
 * What the message asks for, not yet validated: a missing expectation comes out as undefined and a missing
 * query as one without items, which `validateAppend` reports. Shares the message's lists and payloads.
 *
 * @throws `invalid-argument` naming the field of a time that is out of range or not in whole milliseconds.
 */
export function appendRequestFromWire(wire: WireAppendRequest): TenantAppend {
  const request: Mutable<AppendRequest> = { appends: wire.appends.map(aggregateAppendFromWire) };
  if (wire.conditions.length > 0) request.conditions = wire.conditions.map(conditionFromWire);
  if (wire.idempotencyKey !== undefined) request.idempotencyKey = wire.idempotencyKey;
  return { tenantId: wire.tenantId, request };
}

function aggregateAppendToWire(append: AggregateAppend): WireAggregateAppend {
  return {
    $typeName: "leftfold.eventstore.v1.AggregateAppend",
    aggregateType: append.aggregateType,
    aggregateId: append.aggregateId,
    expected: expectedNonceToWire(append.expected),
    events: append.events.map(proposedEventToWire),
  };
}

function aggregateAppendFromWire(wire: WireAggregateAppend, index: number): AggregateAppend {
  return {
    aggregateType: wire.aggregateType,
    aggregateId: wire.aggregateId,
    // Validation, which comes next, names what is missing by its place in the request.
    expected: expectedNonceFromWire(wire.expected) as ExpectedNonce,
    events: wire.events.map((event, i) =>
      proposedEventFromWire(event, () => `appends[${index}].events[${i}]`),
    ),
  };
}

export function appendConditionToWire({ failIfMatches, after }: AppendCondition): WireAppendCondition {
  const wire: WireAppendCondition = {
    $typeName: "leftfold.eventstore.v1.AppendCondition",
    failIfMatches: eventQueryToWire(failIfMatches),
  };
  if (after !== undefined) wire.after = after;
  return wire;
}

function conditionFromWire({ failIfMatches, after }: WireAppendCondition): AppendCondition {
  const query = failIfMatches === undefined ? { anyOf: [] } : eventQueryFromWire(failIfMatches);
  return after === undefined ? { failIfMatches: query } : { failIfMatches: query, after };
}

export function appendResultToWire(result: AppendResult): WireAppendResponse {
  return {
    $typeName: "leftfold.eventstore.v1.AppendResponse",
    firstGlobalNonce: result.firstGlobalNonce,
    lastGlobalNonce: result.lastGlobalNonce,
    aggregates: result.aggregates.map(({ aggregateType, aggregateId, aggregateNonce }) => ({
      $typeName: "leftfold.eventstore.v1.AggregateHead",
      aggregateType,
      aggregateId,
      aggregateNonce,
    })),
    replayed: result.replayed,
  };
}

export function appendResultFromWire(wire: WireAppendResponse): AppendResult {
  return {
    firstGlobalNonce: wire.firstGlobalNonce,
    lastGlobalNonce: wire.lastGlobalNonce,
    aggregates: wire.aggregates.map(({ aggregateType, aggregateId, aggregateNonce }) => ({
      aggregateType,
      aggregateId,
      aggregateNonce,
    })),
    replayed: wire.replayed,
  };
}
