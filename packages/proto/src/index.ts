// The services and their messages.

export {
  type AppendRequest,
  AppendRequestSchema,
  type AppendResponse,
  AppendResponseSchema,
} from "./gen/leftfold/eventstore/v1/append_pb.ts";
export { type ErrorDetail, ErrorDetailSchema } from "./gen/leftfold/eventstore/v1/error_pb.ts";
export {
  type EventQuery,
  EventQuerySchema,
  type RecordedEvent,
  RecordedEventSchema,
} from "./gen/leftfold/eventstore/v1/event_pb.ts";
export {
  type AppendBatchRequest,
  AppendBatchRequestSchema,
  type AppendBatchResponse,
  AppendBatchResponseSchema,
  type AppendOutcome,
  AppendOutcomeSchema,
  type EventBatch,
  EventBatchSchema,
  EventStoreService,
  type GetHeadRequest,
  GetHeadRequestSchema,
  type GetHeadResponse,
  GetHeadResponseSchema,
  type ReadAllRequest,
  ReadAllRequestSchema,
  type ReadAllResponse,
  ReadAllResponseSchema,
  type ReadStreamRequest,
  ReadStreamRequestSchema,
  type ReadStreamResponse,
  ReadStreamResponseSchema,
  type SubscribeRequest,
  SubscribeRequestSchema,
  type SubscribeResponse,
  SubscribeResponseSchema,
} from "./gen/leftfold/eventstore/v1/event_store_service_pb.ts";

// From wire to core and back.

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

// Errors, over gRPC and Connect.

export { fromConnectError, toConnectError } from "./connect-error.ts";
export { fromErrorDetail, toErrorDetail, toErrorMessage } from "./error-detail.ts";
export { errorStatus } from "./error-status.ts";

// Events in the encoding of the wire: from a store,

export { decodeEvents, decodeRecordedEvent } from "./decode-events.ts";
export { EventEncoder, encodeEnvelope, encodeEvents } from "./encode-events.ts";
export type { EncodedBatch, EncodedEventStore } from "./encoded-batch.ts";
export { encodedReads } from "./encoded-reads.ts";

// ... through a server,

export { decodeAppend, decodeAppendBatch, type TenantAppend } from "./decode-append.ts";
export { readAllResponseOf, readStreamResponseOf, subscribeResponseOf } from "./encoded-responses.ts";
export { type WireEncoding, wireEncodingOf } from "./wire-encoding.ts";

// ... and through a client.

export { encodeAppend } from "./encode-append.ts";
export { appendOutcomesOf, rawAppendBatch } from "./raw-appends.ts";
export { RawEventStoreService } from "./raw-event-store-service.ts";
export { eventsOf, followMessageOf, rawResponse } from "./raw-responses.ts";

// The protocols of the gRPC project.

export {
  Health,
  type HealthCheckRequest,
  HealthCheckRequestSchema,
  type HealthCheckResponse,
  HealthCheckResponse_ServingStatus,
  HealthCheckResponseSchema,
} from "./gen/grpc/health/v1/health_pb.ts";
export {
  ServerReflection as ServerReflectionV1,
  type ServerReflectionRequest,
  type ServerReflectionResponse,
} from "./gen/grpc/reflection/v1/reflection_pb.ts";
export {
  ServerReflection as ServerReflectionV1Alpha,
  type ServerReflectionRequest as ServerReflectionRequestV1Alpha,
  type ServerReflectionResponse as ServerReflectionResponseV1Alpha,
} from "./gen/grpc/reflection/v1alpha/reflection_pb.ts";
