import { isDeepStrictEqual } from "node:util";
import type { Balance } from "../workload/account.ts";

/** @throws Error when a contender's read model is another one than a plain fold of the same events gives. */
export function assertSameBalances(
  contender: string,
  actual: ReadonlyMap<string, Balance>,
  expected: ReadonlyMap<string, Balance>,
): void {
  if (actual.size !== expected.size) {
    throw new Error(`${contender} made ${actual.size} documents of what comes to ${expected.size}.`);
  }
  for (const [key, balance] of expected) {
    const found = actual.get(key);
    if (isDeepStrictEqual(found, balance)) continue;
    const [is, should] = [JSON.stringify(found), JSON.stringify(balance)];
    throw new Error(`${contender} made ${is} of ${key}, which a plain fold makes ${should}.`);
  }
}
