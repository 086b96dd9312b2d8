import { Findings } from "./findings.ts";
import type { Place } from "./place.ts";
import { type QueryOrder, queryOrder } from "./query-order.ts";
import { type Gap, readGap } from "./read-model-cursor.ts";
import { readModelLimits } from "./read-model-limits.ts";
import type { ReadModelFilter, ReadModelId, ReadModelOrder, ReadModelQuery } from "./read-model-store.ts";
import { checkPath, checkReadModelId } from "./validate-read-model.ts";
import { FilterCheck } from "./validate-read-model-filter.ts";

const { ordersMax, pageMax, pageDefault } = readModelLimits;

/** A query that keeps to the rules, with what its absences mean. */
export interface ValidReadModelQuery {
  readonly where: ReadModelFilter | undefined;
  readonly order: QueryOrder;
  readonly limit: number;
  /** Where the page lies: behind the gap, or in front of it; undefined for the first page. */
  readonly gap: Gap | undefined;
  readonly side: "after" | "before";
}

/** @throws `invalid-argument` naming each field, its value and the limit; a cursor of another order, too. */
export function validateReadModelQuery(model: ReadModelId, query: ReadModelQuery): ValidReadModelQuery {
  const findings = new Findings();
  checkReadModelId(findings, undefined, "model", model);
  if (findings.object(undefined, "query", query)) {
    if (query.where !== undefined) new FilterCheck(findings).check(undefined, "where", query.where);
    if (query.limit !== undefined) findings.count(undefined, "limit", query.limit, pageMax);
    if (query.orderBy !== undefined) checkOrders(findings, query.orderBy);
  }
  findings.throwIfAny();
  const { where, after, before, limit = pageDefault } = query;
  const order = queryOrder(query.orderBy ?? []);
  if (after !== undefined && before !== undefined) {
    findings.describe(undefined, "before", "given beside after", "absent then");
  }
  const side = before === undefined ? "after" : "before";
  const cursor = before ?? after;
  const gap = cursor === undefined ? undefined : readGap(cursor, order);
  if (cursor !== undefined && gap === undefined) {
    findings.add(undefined, side, cursor, "a cursor of an earlier page of the same order");
  }
  findings.throwIfAny();
  return { where, order, limit, gap, side };
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadModelCount(model: ReadModelId, where: ReadModelFilter | undefined): void {
  const findings = new Findings();
  checkReadModelId(findings, undefined, "model", model);
  if (where !== undefined) new FilterCheck(findings).check(undefined, "where", where);
  findings.throwIfAny();
}

function checkOrders(findings: Findings, orders: readonly ReadModelOrder[]): void {
  if (!findings.list(undefined, "orderBy", orders, 0, ordersMax)) return;
  const list: Place = { outer: undefined, key: "orderBy" };
  for (let i = 0; i < orders.length; i++) {
    const order = orders[i]!;
    if (!findings.object(list, i, order)) continue;
    const at: Place = { outer: list, key: i };
    checkPath(findings, at, "path", order.path);
    findings.oneOf(at, "direction", order.direction, [undefined, "asc", "desc"]);
    findings.oneOf(at, "nulls", order.nulls, [undefined, "first", "last"]);
  }
}
