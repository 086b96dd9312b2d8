import type {
  CallOptions,
  EventStore,
  FollowMessage,
  ReadAllRequest,
  ReadStreamRequest,
  RecordedEvent,
  SubscribeRequest,
  SubscriptionMessage,
} from "@leftfold/core";
import { encodeEvents } from "./encode-events.ts";
import type { EncodedBatch, EncodedEventStore } from "./encoded-batch.ts";
import { Gathering, type GatheringRules } from "./gathering.ts";

const batchEventsMax = 1000;
/**
 * With one more event of the largest size a batch stays far below 4 MiB, which gRPC clients take by default.
 */
const batchBytesMax = 256 * 1024;

/**
 * A store's reads in the encoding of the wire: the store's own when it offers them, and otherwise its events,
 * encoded.
 *
 * Events that the store has ready go together, up to 1,000 or 256 KiB in a batch; none waits for others to
 * come. Leaving a read, or aborting its signal, ends the store's own.
 */
export function encodedReads(store: EventStore): EncodedEventStore {
  return offersEncodedReads(store) ? store : new EncodingReads(store);
}

function offersEncodedReads(store: EventStore): store is EventStore & EncodedEventStore {
  return "readStreamEncoded" in store && "readAllEncoded" in store && "subscribeEncoded" in store;
}

class EncodingReads implements EncodedEventStore {
  readonly #store: EventStore;

  constructor(store: EventStore) {
    this.#store = store;
  }

  readStreamEncoded(request: ReadStreamRequest, options?: CallOptions): AsyncIterable<EncodedBatch> {
    const { signal, leave } = leavable(options?.signal);
    return new Gathering(this.#store.readStream(request, { ...options, signal }), eventRules, leave);
  }

  readAllEncoded(request?: ReadAllRequest, options?: CallOptions): AsyncIterable<EncodedBatch> {
    const { signal, leave } = leavable(options?.signal);
    return new Gathering(this.#store.readAll(request, { ...options, signal }), eventRules, leave);
  }

  subscribeEncoded(
    request?: SubscribeRequest,
    options?: CallOptions,
  ): AsyncIterable<FollowMessage<EncodedBatch>> {
    const { signal, leave } = leavable(options?.signal);
    return new Gathering(this.#store.subscribe(request, { ...options, signal }), messageRules, leave);
  }
}

/**
 * A signal that is aborted with the caller's, and by leaving: a read that waits for a live event ends no
 * other way.
 */
function leavable(signal: AbortSignal | undefined): { signal: AbortSignal; leave: () => void } {
  const controller = new AbortController();
  return {
    signal: signal === undefined ? controller.signal : AbortSignal.any([signal, controller.signal]),
    leave: () => controller.abort(),
  };
}

const eventRules: GatheringRules<RecordedEvent, EncodedBatch> = {
  itemsMax: batchEventsMax,
  weightMax: batchBytesMax,
  weigh: weightOf,
  isAlone: () => false,
  join: encodeEvents,
};

const messageRules: GatheringRules<SubscriptionMessage, FollowMessage<EncodedBatch>> = {
  itemsMax: batchEventsMax,
  weightMax: batchBytesMax,
  weigh: (message) => (message.kind === "event" ? weightOf(message.event) : 0),
  isAlone: (message) => message.kind !== "event",
  join: joinMessages,
};

function joinMessages(
  messages: readonly [SubscriptionMessage, ...SubscriptionMessage[]],
): FollowMessage<EncodedBatch> {
  if (messages[0].kind !== "event") return messages[0];
  const events: RecordedEvent[] = [];
  for (const message of messages) if (message.kind === "event") events.push(message.event);
  return { kind: "batch", batch: encodeEvents(events) };
}

const fixedBytes = 64;

/** What an event takes when encoded, in bytes for ASCII; up to three times as much for other text. */
function weightOf(event: RecordedEvent): number {
  let weight = fixedBytes + event.payload.length + event.eventId.length;
  weight += event.tenantId.length + event.aggregateType.length + event.aggregateId.length;
  weight += event.eventType.length + event.contentType.length;
  weight += event.correlationId?.length ?? 0;
  weight += event.causationId?.length ?? 0;
  weight += event.actorId?.length ?? 0;
  for (const tag of event.tags) weight += tag.length + 2;
  for (const key in event.metadata) weight += key.length + event.metadata[key]!.length + 8;
  return weight;
}
