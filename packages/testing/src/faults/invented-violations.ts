import type { AppendRequest, Violation } from "@leftfold/core";

/**
 * What a store would say of an append if somebody else had just written to all that its writer has looked at:
 * aggregates at an exact nonce, and conditions after a nonce. Nothing for an append without any of them.
 */
export function inventedViolations({ appends, conditions = [] }: AppendRequest): readonly Violation[] {
  const violations: Violation[] = [];
  for (const { aggregateType, aggregateId, expected } of appends) {
    if (expected.kind !== "exact") continue;
    const actual = expected.nonce + 1n;
    violations.push({ kind: "expectation", aggregateType, aggregateId, expected, actual });
  }
  for (const [index, { after }] of conditions.entries()) {
    if (after !== undefined) violations.push({ kind: "condition", index, globalNonce: after + 1n });
  }
  return violations;
}
