import { type AppendResult, EventStoreError, InternalError } from "@leftfold/core";
import { appendResultFromWire, appendResultToWire } from "./convert-append.ts";
import { fromErrorDetail, toErrorDetail, toErrorMessage } from "./error-detail.ts";
import type { AppendOutcome } from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";

/** What became of one append of a batch. */
export function appendOutcomeToWire(outcome: AppendResult | EventStoreError): AppendOutcome {
  return {
    $typeName: "leftfold.eventstore.v1.AppendOutcome",
    outcome:
      outcome instanceof EventStoreError
        ? {
            case: "failed",
            value: {
              $typeName: "leftfold.eventstore.v1.AppendFailure",
              message: toErrorMessage(outcome),
              detail: toErrorDetail(outcome),
            },
          }
        : { case: "accepted", value: appendResultToWire(outcome) },
  };
}

/** The error is returned, not thrown: the other appends of the batch have outcomes of their own. */
export function appendOutcomeFromWire({ outcome }: AppendOutcome): AppendResult | EventStoreError {
  switch (outcome.case) {
    case "accepted":
      return appendResultFromWire(outcome.value);
    case "failed": {
      const { detail, message } = outcome.value;
      return detail === undefined ? new InternalError({ message }) : fromErrorDetail(detail, message);
    }
    case undefined:
      return new InternalError({ message: "The server answered without an outcome for this append." });
  }
}
