import {
  type Direction,
  InvalidArgumentError,
  type ReadAllRequest,
  type ReadStreamRequest,
  type SubscribeRequest,
} from "@leftfold/core";
import { eventQueryFromWire, eventQueryToWire } from "./convert-query.ts";
import {
  Direction as WireDirection,
  type ReadAllRequest as WireReadAllRequest,
  type ReadStreamRequest as WireReadStreamRequest,
  type SubscribeRequest as WireSubscribeRequest,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";
import type { Mutable } from "./mutable.ts";

export function readStreamRequestToWire(tenantId: string, request: ReadStreamRequest): WireReadStreamRequest {
  const { aggregateType, aggregateId, direction, from, maxCount } = request;
  const wire: WireReadStreamRequest = {
    $typeName: "leftfold.eventstore.v1.ReadStreamRequest",
    tenantId,
    aggregateType,
    aggregateId,
    direction: directionToWire(direction),
  };
  if (from !== undefined) wire.from = from;
  if (maxCount !== undefined) wire.maxCount = maxCount;
  return wire;
}

/** @throws `invalid-argument` for a direction that does not exist. */
export function readStreamRequestFromWire(wire: WireReadStreamRequest): {
  tenantId: string;
  request: ReadStreamRequest;
} {
  const { tenantId, aggregateType, aggregateId, from, maxCount } = wire;
  const request: Mutable<ReadStreamRequest> = { aggregateType, aggregateId };
  const direction = directionFromWire(wire.direction);
  if (direction !== undefined) request.direction = direction;
  if (from !== undefined) request.from = from;
  if (maxCount !== undefined) request.maxCount = maxCount;
  return { tenantId, request };
}

export function readAllRequestToWire(tenantId: string, request: ReadAllRequest): WireReadAllRequest {
  const { query, direction, from, to, maxCount } = request;
  const wire: WireReadAllRequest = {
    $typeName: "leftfold.eventstore.v1.ReadAllRequest",
    tenantId,
    direction: directionToWire(direction),
  };
  if (query !== undefined) wire.query = eventQueryToWire(query);
  if (from !== undefined) wire.from = from;
  if (to !== undefined) wire.to = to;
  if (maxCount !== undefined) wire.maxCount = maxCount;
  return wire;
}

/** @throws `invalid-argument` for a direction that does not exist. */
export function readAllRequestFromWire(wire: WireReadAllRequest): {
  tenantId: string;
  request: ReadAllRequest;
} {
  const { tenantId, query, from, to, maxCount } = wire;
  const request: Mutable<ReadAllRequest> = {};
  const direction = directionFromWire(wire.direction);
  if (query !== undefined) request.query = eventQueryFromWire(query);
  if (direction !== undefined) request.direction = direction;
  if (from !== undefined) request.from = from;
  if (to !== undefined) request.to = to;
  if (maxCount !== undefined) request.maxCount = maxCount;
  return { tenantId, request };
}

export function subscribeRequestToWire(tenantId: string, request: SubscribeRequest): WireSubscribeRequest {
  const { query, after } = request;
  const wire: WireSubscribeRequest = {
    $typeName: "leftfold.eventstore.v1.SubscribeRequest",
    tenantId,
    start: startToWire(after),
  };
  if (query !== undefined) wire.query = eventQueryToWire(query);
  return wire;
}

export function subscribeRequestFromWire(wire: WireSubscribeRequest): {
  tenantId: string;
  request: SubscribeRequest;
} {
  const { tenantId, query, start } = wire;
  const request: Mutable<SubscribeRequest> = {};
  if (query !== undefined) request.query = eventQueryFromWire(query);
  if (start.case !== undefined) request.after = start.case === "head" ? "head" : start.value;
  return { tenantId, request };
}

function startToWire(after: SubscribeRequest["after"]): WireSubscribeRequest["start"] {
  if (after === undefined) return { case: undefined };
  if (after !== "head") return { case: "after", value: after };
  return { case: "head", value: { $typeName: "leftfold.eventstore.v1.SubscribeRequest.Head" } };
}

function directionToWire(direction: Direction | undefined): WireDirection {
  switch (direction) {
    case undefined:
      return WireDirection.UNSPECIFIED;
    case "forwards":
      return WireDirection.FORWARDS;
    case "backwards":
      return WireDirection.BACKWARDS;
  }
}

/** Enums are open on the wire: any number can come. */
function directionFromWire(direction: WireDirection): Direction | undefined {
  switch (direction) {
    case WireDirection.UNSPECIFIED:
      return undefined;
    case WireDirection.FORWARDS:
      return "forwards";
    case WireDirection.BACKWARDS:
      return "backwards";
    default:
      throw new InvalidArgumentError([
        { field: "direction", value: String(direction), limit: "1 (forwards), 2 (backwards) or absent" },
      ]);
  }
}
