import type {
  CallOptions,
  FollowMessage,
  ReadAllRequest,
  ReadStreamRequest,
  SubscribeRequest,
} from "@leftfold/core";

/** Events in the encoding of the wire, ready to be passed on without being taken apart. */
export interface EncodedBatch {
  /**
   * The field `repeated RecordedEvent events = 1`, encoded: for each event the tag, the length and the event.
   * It is the whole body of a `ReadStreamResponse`, a `ReadAllResponse` and an `EventBatch` alike.
   */
  readonly bytes: Uint8Array;
  /** How many events it holds; at least one. */
  readonly count: number;
  /** The global nonce of the last event in it. */
  readonly lastGlobalNonce: bigint;
}

/** What a store offers beside its `EventStore` when it keeps events in the encoding of the wire. */
export interface EncodedEventStore {
  readStreamEncoded(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<EncodedBatch>;
  readAllEncoded(request?: ReadAllRequest, options?: CallOptions): AsyncIterable<EncodedBatch>;
  subscribeEncoded(
    request?: SubscribeRequest,
    options?: CallOptions,
  ): AsyncIterable<FollowMessage<EncodedBatch>>;
}
