import { any, type ExpectedNonce, exact, noStream, streamExists } from "@leftfold/core";
import type { ExpectedNonce as WireExpectedNonce } from "./gen/leftfold/eventstore/v1/append_pb.ts";

export function expectedNonceToWire(expected: ExpectedNonce): WireExpectedNonce {
  return { $typeName: "leftfold.eventstore.v1.ExpectedNonce", expected: caseOf(expected) };
}

function caseOf(expected: ExpectedNonce): WireExpectedNonce["expected"] {
  switch (expected.kind) {
    case "exact":
      return { case: "exact", value: expected.nonce };
    case "noStream":
      return { case: "noStream", value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.NoStream" } };
    case "streamExists":
      return {
        case: "streamExists",
        value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.StreamExists" },
      };
    case "any":
      return { case: "any", value: { $typeName: "leftfold.eventstore.v1.ExpectedNonce.Any" } };
  }
}

/** Undefined when the message, or the belief in it, is missing. */
export function expectedNonceFromWire(wire: WireExpectedNonce | undefined): ExpectedNonce | undefined {
  switch (wire?.expected.case) {
    case "exact":
      return exact(wire.expected.value);
    case "noStream":
      return noStream;
    case "streamExists":
      return streamExists;
    case "any":
      return any;
    case undefined:
      return undefined;
  }
}
