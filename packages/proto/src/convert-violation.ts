import { any, type Violation } from "@leftfold/core";
import { expectedNonceFromWire, expectedNonceToWire } from "./convert-expected-nonce.ts";
import type { Violation as WireViolation } from "./gen/leftfold/eventstore/v1/error_pb.ts";

export function violationToWire(violation: Violation): WireViolation {
  return { $typeName: "leftfold.eventstore.v1.Violation", violation: caseOf(violation) };
}

function caseOf(violation: Violation): WireViolation["violation"] {
  switch (violation.kind) {
    case "expectation": {
      const { aggregateType, aggregateId, expected, actual } = violation;
      return {
        case: "expectation",
        value: {
          $typeName: "leftfold.eventstore.v1.ExpectationViolation",
          aggregateType,
          aggregateId,
          expected: expectedNonceToWire(expected),
          actual,
        },
      };
    }
    case "condition": {
      const { index, globalNonce } = violation;
      return {
        case: "condition",
        value: { $typeName: "leftfold.eventstore.v1.ConditionViolation", index, globalNonce },
      };
    }
  }
}

/** As a list, empty for a kind of violation that is not known here. */
export function violationFromWire({ violation }: WireViolation): Violation[] {
  switch (violation.case) {
    case "expectation": {
      const { aggregateType, aggregateId, actual } = violation.value;
      const expected = expectedNonceFromWire(violation.value.expected) ?? any;
      return [{ kind: "expectation", aggregateType, aggregateId, expected, actual }];
    }
    case "condition": {
      const { index, globalNonce } = violation.value;
      return [{ kind: "condition", index, globalNonce }];
    }
    case undefined:
      return [];
  }
}
