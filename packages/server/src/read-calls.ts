import type { EventStoreBackend, FollowMessage } from "@leftfold/core";
import {
  type EncodedBatch,
  type EncodedEventStore,
  encodedReads,
  type ReadAllRequest,
  type ReadStreamRequest,
  readAllRequestFromWire,
  readStreamRequestFromWire,
  type SubscribeRequest,
  subscribeRequestFromWire,
} from "@leftfold/proto";
import type { OpenStreams } from "./open-streams.ts";

/**
 * `ReadStream`, `ReadAll` and `Subscribe`, from a message to encoded batches. The short path and Connect's both end here, so that
 * they cannot differ in what they do.
 */
export class ReadCalls {
  readonly #backend: EventStoreBackend;
  readonly #streams: OpenStreams;

  constructor(backend: EventStoreBackend, streams: OpenStreams) {
    this.#backend = backend;
    this.#streams = streams;
  }

  readStream(wire: ReadStreamRequest, call: AbortSignal): AsyncIterable<EncodedBatch> {
    return this.#streams.run(call, (signal) => {
      const { tenantId, request } = readStreamRequestFromWire(wire);
      return this.#reads(tenantId).readStreamEncoded(request, { signal });
    });
  }

  readAll(wire: ReadAllRequest, call: AbortSignal): AsyncIterable<EncodedBatch> {
    return this.#streams.run(call, (signal) => {
      const { tenantId, request } = readAllRequestFromWire(wire);
      return this.#reads(tenantId).readAllEncoded(request, { signal });
    });
  }

  subscribe(wire: SubscribeRequest, call: AbortSignal): AsyncIterable<FollowMessage<EncodedBatch>> {
    return this.#streams.run(call, (signal) => {
      const { tenantId, request } = subscribeRequestFromWire(wire);
      return this.#reads(tenantId).subscribeEncoded(request, { signal });
    });
  }

  #reads(tenantId: string): EncodedEventStore {
    return encodedReads(this.#backend.tenant(tenantId));
  }
}
