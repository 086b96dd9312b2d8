import type { EventQuery } from "./event-query.ts";
import type { CallOptions } from "./event-store.ts";
import { Findings } from "./findings.ts";
import type { Limits } from "./limits.ts";
import type { Place } from "./place.ts";
import type { ReadAllRequest, ReadStreamRequest } from "./reading.ts";
import type { SubscribeRequest } from "./subscribing.ts";

const directions = [undefined, "forwards", "backwards"];

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateTenantId(tenantId: string, limits: Limits): void {
  const findings = new Findings();
  findings.name(undefined, "tenantId", tenantId, limits.nameCharsMax);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadStream(request: ReadStreamRequest, limits: Limits): void {
  const findings = new Findings();
  if (findings.object(undefined, "request", request)) {
    findings.name(undefined, "aggregateType", request.aggregateType, limits.nameCharsMax);
    findings.name(undefined, "aggregateId", request.aggregateId, limits.nameCharsMax);
    findings.oneOf(undefined, "direction", request.direction, directions);
    findings.optionalNonce(undefined, "from", request.from, 1n);
    findings.optionalCount(undefined, "maxCount", request.maxCount);
  }
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadAll(request: ReadAllRequest, limits: Limits): void {
  const findings = new Findings();
  if (findings.object(undefined, "request", request)) {
    if (request.query !== undefined) checkQuery(findings, undefined, "query", request.query, limits);
    findings.oneOf(undefined, "direction", request.direction, directions);
    findings.optionalNonce(undefined, "from", request.from, 1n);
    findings.optionalNonce(undefined, "to", request.to, 1n);
    findings.optionalCount(undefined, "maxCount", request.maxCount);
  }
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateSubscribe(request: SubscribeRequest, limits: Limits): void {
  const findings = new Findings();
  if (findings.object(undefined, "request", request)) {
    if (request.query !== undefined) checkQuery(findings, undefined, "query", request.query, limits);
    if (request.after !== "head") findings.optionalNonce(undefined, "after", request.after, 0n);
  }
  findings.throwIfAny();
}

/**
 * @throws `invalid-argument` when the timeout is not a number of milliseconds above 0, or the signal is none.
 */
export function validateCallOptions(options: CallOptions): void {
  const findings = new Findings();
  if (findings.object(undefined, "options", options)) {
    const { signal, timeoutMs } = options;
    if (timeoutMs !== undefined && !(Number.isFinite(timeoutMs) && timeoutMs > 0)) {
      findings.add(undefined, "timeoutMs", timeoutMs, "a number of milliseconds above 0");
    }
    if (signal !== undefined && typeof signal?.throwIfAborted !== "function") {
      findings.add(undefined, "signal", signal, "an AbortSignal");
    }
  }
  findings.throwIfAny();
}

/** Notes what is wrong with a query. */
export function checkQuery(
  findings: Findings,
  outer: Place | undefined,
  key: string,
  query: EventQuery,
  limits: Limits,
): void {
  if (!findings.object(outer, key, query)) return;
  const at: Place = { outer, key };
  if (!findings.list(at, "anyOf", query.anyOf, 1, limits.queryItemsMax)) return;
  const list: Place = { outer: at, key: "anyOf" };
  for (let i = 0; i < query.anyOf.length; i++) {
    const item = query.anyOf[i]!;
    if (!findings.object(list, i, item)) continue;
    const place: Place = { outer: list, key: i };
    checkNames(findings, place, "eventTypes", item.eventTypes, limits);
    checkNames(findings, place, "aggregateTypes", item.aggregateTypes, limits);
    checkNames(findings, place, "tags", item.tags, limits);
    if (item.aggregateIdPrefix !== undefined && item.aggregateIdPrefix !== "") {
      findings.name(place, "aggregateIdPrefix", item.aggregateIdPrefix, limits.nameCharsMax);
    }
  }
}

function checkNames(
  findings: Findings,
  outer: Place,
  key: string,
  names: readonly string[] | undefined,
  limits: Limits,
): void {
  if (names === undefined || !findings.list(outer, key, names, 0, limits.queryItemsMax)) return;
  const list: Place = { outer, key };
  for (let i = 0; i < names.length; i++) findings.name(list, i, names[i], limits.nameCharsMax);
}
