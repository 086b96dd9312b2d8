import type { EventQuery } from "./event-query.ts";
import type { CallOptions } from "./event-store.ts";
import { Findings } from "./findings.ts";
import type { Limits } from "./limits.ts";
import type { ReadAllRequest, ReadStreamRequest } from "./reading.ts";
import type { SubscribeRequest } from "./subscribing.ts";

const directions = [undefined, "forwards", "backwards"];

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateTenantId(tenantId: string, limits: Limits): void {
  const findings = new Findings();
  findings.name("tenantId", tenantId, limits.nameCharsMax);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadStream(request: ReadStreamRequest, limits: Limits): void {
  const findings = new Findings();
  findings.name("aggregateType", request.aggregateType, limits.nameCharsMax);
  findings.name("aggregateId", request.aggregateId, limits.nameCharsMax);
  findings.oneOf("direction", request.direction, directions);
  findings.optionalNonce("from", request.from, 1n);
  findings.optionalCount("maxCount", request.maxCount);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadAll(request: ReadAllRequest, limits: Limits): void {
  const findings = new Findings();
  if (request.query !== undefined) checkQuery(findings, "query", request.query, limits);
  findings.oneOf("direction", request.direction, directions);
  findings.optionalNonce("from", request.from, 1n);
  findings.optionalNonce("to", request.to, 1n);
  findings.optionalCount("maxCount", request.maxCount);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateSubscribe(request: SubscribeRequest, limits: Limits): void {
  const findings = new Findings();
  if (request.query !== undefined) checkQuery(findings, "query", request.query, limits);
  if (request.after !== "head") findings.optionalNonce("after", request.after, 0n);
  findings.throwIfAny();
}

/** @throws `invalid-argument` when the timeout is not a number of milliseconds above 0. */
export function validateCallOptions(options: CallOptions): void {
  const { timeoutMs } = options;
  if (timeoutMs === undefined || (Number.isFinite(timeoutMs) && timeoutMs > 0)) return;
  const findings = new Findings();
  findings.add("timeoutMs", timeoutMs, "a number of milliseconds above 0");
  findings.throwIfAny();
}

/** Notes what is wrong with a query. */
export function checkQuery(findings: Findings, field: string, query: EventQuery, limits: Limits): void {
  const items = query?.anyOf;
  if (!Array.isArray(items) || items.length < 1 || items.length > limits.queryItemsMax) {
    findings.describe(
      `${field}.anyOf`,
      `a list of ${items?.length ?? 0}`,
      `a list of 1 to ${limits.queryItemsMax} items`,
    );
    return;
  }
  items.forEach((item, i) => {
    const at = `${field}.anyOf[${i}]`;
    checkNames(findings, `${at}.eventTypes`, item.eventTypes, limits);
    checkNames(findings, `${at}.aggregateTypes`, item.aggregateTypes, limits);
    checkNames(findings, `${at}.tags`, item.tags, limits);
    if (item.aggregateIdPrefix)
      findings.name(`${at}.aggregateIdPrefix`, item.aggregateIdPrefix, limits.nameCharsMax);
  });
}

function checkNames(
  findings: Findings,
  field: string,
  names: readonly string[] | undefined,
  limits: Limits,
): void {
  if (names === undefined) return;
  if (!Array.isArray(names) || names.length > limits.queryItemsMax) {
    findings.describe(field, `a list of ${names?.length}`, `a list of at most ${limits.queryItemsMax} names`);
    return;
  }
  names.forEach((name, i) => {
    findings.name(`${field}[${i}]`, name, limits.nameCharsMax);
  });
}
