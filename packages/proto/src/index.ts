// Errors, over gRPC and Connect.
export { fromConnectError, toConnectError } from "./connect-error.ts";
export {
  appendRequestFromWire,
  appendRequestToWire,
  appendResultFromWire,
  appendResultToWire,
} from "./convert-append.ts";
export { recordedEventFromWire, recordedEventToWire } from "./convert-event.ts";
export { appendOutcomeFromWire, appendOutcomeToWire } from "./convert-outcome.ts";
export { eventQueryFromWire, eventQueryToWire } from "./convert-query.ts";
export {
  readAllRequestFromWire,
  readAllRequestToWire,
  readStreamRequestFromWire,
  readStreamRequestToWire,
  subscribeRequestFromWire,
  subscribeRequestToWire,
} from "./convert-read.ts";
// Events in the encoding of the wire.
export { decodeEvents, decodeRecordedEvent } from "./decode-events.ts";
export { encodeEnvelope, encodeEvents } from "./encode-events.ts";
export type { EncodedBatch, EncodedEventStore } from "./encoded-batch.ts";
export { fromErrorDetail, toErrorDetail, toErrorMessage } from "./error-detail.ts";
export { errorStatus } from "./error-status.ts";
