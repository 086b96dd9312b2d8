// The sink: where NATS is, and which stream and subjects the events go to.

export type { NatsAccess, NatsJetStreamSinkOptions, NatsPublishing } from "./nats-jet-stream-options.ts";
export { type NatsJetStreamSink, natsJetStreamSink } from "./nats-jet-stream-sink.ts";
export type { NatsStreamSettings } from "./nats-stream.ts";
export { natsSubject, natsSubjectToken } from "./nats-subject.ts";
