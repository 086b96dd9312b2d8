import type {
  AppendResult,
  CallOptions,
  EventStore,
  FollowMessage,
  ReadAllRequest,
  ReadStreamRequest,
  RecordedEvent,
  SubscribeRequest,
  SubscriptionMessage,
} from "@leftfold/core";
import { collect } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { decodeEvents } from "./decode-events.ts";
import { encodeEvents } from "./encode-events.ts";
import type { EncodedBatch, EncodedEventStore } from "./encoded-batch.ts";
import { encodedReads } from "./encoded-reads.ts";
import { aRecordedEvent } from "./test-data/recorded-events.ts";

/** A store that reads out what it was made with, and notes how. Following never ends by itself. */
class ListStore implements EventStore {
  readonly #messages: readonly SubscriptionMessage[];
  readonly requests: unknown[] = [];
  signal: AbortSignal | undefined;
  closed = 0;

  constructor(messages: readonly SubscriptionMessage[]) {
    this.#messages = messages;
  }

  async *readStream(request: ReadStreamRequest, options?: CallOptions): AsyncGenerator<RecordedEvent> {
    yield* this.#read(request, options);
  }

  async *readAll(request?: ReadAllRequest, options?: CallOptions): AsyncGenerator<RecordedEvent> {
    yield* this.#read(request, options);
  }

  async *subscribe(request?: SubscribeRequest, options?: CallOptions): AsyncGenerator<SubscriptionMessage> {
    this.#note(request, options);
    try {
      yield* this.#messages;
      await new Promise((_, reject) => {
        this.signal?.addEventListener("abort", () => reject(this.signal?.reason));
      });
    } finally {
      this.closed++;
    }
  }

  async *#read(request: unknown, options: CallOptions | undefined): AsyncGenerator<RecordedEvent> {
    this.#note(request, options);
    for (const message of this.#messages) if (message.kind === "event") yield message.event;
  }

  #note(request: unknown, options: CallOptions | undefined): void {
    this.requests.push(request);
    this.signal = options?.signal;
  }

  async append(): Promise<AppendResult> {
    throw new Error("This store is only read.");
  }

  async head(): Promise<bigint> {
    return 0n;
  }

  async [Symbol.asyncDispose](): Promise<void> {}
}

function events(count: number, fields: Partial<RecordedEvent> = {}): RecordedEvent[] {
  return Array.from({ length: count }, (_, i) => aRecordedEvent({ globalNonce: BigInt(i + 1), ...fields }));
}

function storeOf(events: readonly RecordedEvent[]): ListStore {
  return new ListStore(events.map((event) => ({ kind: "event", event })));
}

describe("a store of plain events", () => {
  test.each(["readAllEncoded", "readStreamEncoded"] as const)("is read in batches by %s", async (read) => {
    const all = events(2500);
    const store = storeOf(all);
    const request = { aggregateType: "account", aggregateId: "1" };
    const batches: EncodedBatch[] = await collect(encodedReads(store)[read](request));
    const decoded = batches.map(({ bytes }) => decodeEvents(bytes));
    expect(decoded.flat()).toEqual(all);
    expect(batches.map(({ count }) => count)).toEqual(decoded.map(({ length }) => length));
    expect(batches.map(({ lastGlobalNonce }) => lastGlobalNonce)).toEqual(
      decoded.map((events) => events.at(-1)?.globalNonce),
    );
    expect(store.requests).toEqual([request]);
  });

  const long = "n".repeat(255);
  test.each<[string, Partial<RecordedEvent>]>([
    ["payloads", { payload: new Uint8Array(10_000) }],
    ["tags", { tags: new Array<string>(64).fill(long) }],
    ["metadata", { metadata: { [long]: "v".repeat(10_000) } }],
    ["names", { tenantId: long, aggregateType: long, aggregateId: long, eventType: long, contentType: long }],
    ["ids", { eventId: long, correlationId: long, causationId: long, actorId: long }],
  ])("gives batches of 256 KiB when events are long by their %s", async (_, fields) => {
    const none = { tags: [], metadata: {}, payload: new Uint8Array() };
    const batches = await collect(
      encodedReads(storeOf(events(900, { ...none, ...fields }))).readAllEncoded(),
    );
    expect(batches.length).toBeGreaterThan(3);
    for (const { bytes } of batches.slice(0, -1)) {
      expect(bytes.length).toBeGreaterThan(230 * 1024);
      expect(bytes.length).toBeLessThan(280 * 1024);
    }
  });

  test("gives at most a thousand events in a batch", async () => {
    const small = { tags: [], metadata: {}, payload: new Uint8Array() };
    const batches = await collect(encodedReads(storeOf(events(1001, small))).readAllEncoded());
    expect(batches.map(({ count }) => count)).toEqual([1000, 1]);
  });

  test("gives batches below the 4 MiB of gRPC clients, whatever the events are like", async () => {
    const name = "訂".repeat(255);
    const wide: Partial<RecordedEvent> = {
      tenantId: name,
      aggregateType: name,
      aggregateId: name,
      eventType: name,
      correlationId: name,
      causationId: name,
      actorId: name,
      tags: new Array<string>(64).fill(name),
      metadata: { [name]: "訂".repeat(20_000) },
      payload: new Uint8Array(1024 * 1024),
    };
    const thin = { ...wide, tags: [], metadata: {}, payload: new Uint8Array() };
    const all = [...events(900, thin), ...events(3, wide)];
    const batches = await collect(encodedReads(storeOf(all)).readAllEncoded());
    expect(Math.max(...batches.map(({ bytes }) => bytes.length))).toBeLessThan(4 * 1024 * 1024);
    expect(batches.reduce((sum, { count }) => sum + count, 0)).toBe(903);
  });

  test("is followed in batches, with checkpoints and marks in their place", async () => {
    const [first, second, third] = events(3) as [RecordedEvent, RecordedEvent, RecordedEvent];
    const store = new ListStore([
      { kind: "event", event: first },
      { kind: "event", event: second },
      { kind: "checkpoint", globalNonce: 5n },
      { kind: "caughtUp", globalNonce: 5n },
      { kind: "event", event: third },
    ]);
    const messages: FollowMessage<EncodedBatch>[] = await collect(
      encodedReads(store).subscribeEncoded({ after: "head" }),
      { max: 4 },
    );
    expect(messages).toEqual([
      { kind: "batch", batch: encodeEvents([first, second]) },
      { kind: "checkpoint", globalNonce: 5n },
      { kind: "caughtUp", globalNonce: 5n },
      { kind: "batch", batch: encodeEvents([third]) },
    ]);
    expect(store.requests).toEqual([{ after: "head" }]);
  });

  test("is left when its follower leaves, although nothing comes any more", async () => {
    const store = storeOf(events(1));
    for await (const message of encodedReads(store).subscribeEncoded()) {
      expect(message.kind).toBe("batch");
      break;
    }
    expect(store.signal?.aborted).toBe(true);
    expect(store.closed).toBe(1);
  });

  test("fails with the caller's reason when the caller aborts, and hands its other options on", async () => {
    const store = storeOf(events(1));
    const controller = new AbortController();
    const reason = new Error("enough");
    const reading = encodedReads(store).subscribeEncoded({}, { signal: controller.signal });
    const iterator = reading[Symbol.asyncIterator]();
    expect(await iterator.next()).toMatchObject({ value: { kind: "batch" } });
    const next = iterator.next();
    controller.abort(reason);
    await expect(next).rejects.toBe(reason);
    expect(store.closed).toBe(1);
  });
});

test("a store that offers encoded reads is read by them", () => {
  class EncodedStore extends ListStore implements EncodedEventStore {
    async *readStreamEncoded(): AsyncGenerator<EncodedBatch> {}
    async *readAllEncoded(): AsyncGenerator<EncodedBatch> {}
    async *subscribeEncoded(): AsyncGenerator<FollowMessage<EncodedBatch>> {}
  }
  const store = new EncodedStore([]);
  expect(encodedReads(store)).toBe(store);
});
