import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { any, type EventStore } from "@leftfold/core";
import { type CloudEvent, type Forwarder, forwarder } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { natsJetStreamSink } from "./nats-jet-stream-sink.ts";
import { natsSubject } from "./nats-subject.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";
import { type PlainMessage, streamContents } from "./test-kit/stream-contents.ts";

const binary = findNatsServer();
const aggregates = 20;

/** So many appends of three events each, to aggregates by turns, as fast as they go. */
async function appendMany(store: EventStore, appends: number): Promise<void> {
  const event = { eventType: "Counted", contentType: "application/json", payload: new Uint8Array() };
  await Promise.all(
    Array.from({ length: appends }, (_, i) => {
      const aggregate = { aggregateType: "Counter", aggregateId: `c${i % aggregates}` };
      return store.append({ appends: [{ ...aggregate, expected: any, events: [event, event, event] }] });
    }),
  );
}

/** The nonces of each aggregate's events, in the order in which they are in the stream. */
function noncesByAggregate(messages: readonly PlainMessage[]): Map<string, number[]> {
  const found = Map.groupBy(messages, ({ headers }) => headers["ce-aggregateid"] ?? "");
  return new Map(
    Array.from(found, ([id, those]) => [
      id,
      those.map(({ headers }) => Number(headers["ce-aggregatenonce"])),
    ]),
  );
}

describe.skipIf(binary === undefined)("forwarding to NATS", () => {
  test("has every event in the stream once and in order, while server and forwarder are killed by turns", async () => {
    const random = new SeededRandom();
    await using server = await NatsServer.start(binary!);
    await using store = memoryBackend().tenant("shop");
    await using readModels = memoryReadModels();
    await using sinks = new AsyncDisposableStack();
    // Things happen when so many events were about to leave: in the midst of a batch, with others on their way.
    let left = 0;
    let happening = { at: 0, happen: (): void => {} };
    const subject = (event: CloudEvent): string => {
      if (++left === happening.at) happening.happen();
      return natsSubject(event);
    };
    const start = (): Forwarder => {
      const access = { servers: server.url, stream: "EVENTS", createStream: {} };
      const sink = sinks.use(natsJetStreamSink({ ...access, subject, inFlightMax: 32 }));
      const retry = { delayMs: 5, delayMsMax: 50, attemptsMax: 10_000 };
      // Closing cuts it off wherever it is, while what it has sent is on its way.
      const options = {
        store,
        readModels,
        sink,
        retry,
        closeTimeoutMs: 0,
        batchEventsMax: 100,
        standbyMs: 20,
      };
      return forwarder({ name: "nats", ...options });
    };

    let forwarding = start();
    const rounds = 10;
    for (let round = 0; round < rounds; round++) {
      const { promise: happened, resolve } = Promise.withResolvers<unknown>();
      const kill = (): unknown => (round % 2 === 0 ? server.kill() : forwarding[Symbol.asyncDispose]());
      happening = { at: left + 1 + random.below(250), happen: () => resolve(kill()) };
      await appendMany(store, 100);
      await happened;
      if (round % 2 === 0) await server.restart();
      else forwarding = start();
    }
    const appended = BigInt(rounds * 300);
    await forwarding.waitFor(appended);
    await forwarding[Symbol.asyncDispose]();

    const connection = await connect({ servers: server.url });
    const messages = await streamContents(connection, "EVENTS");
    await connection.close();
    const nonces = noncesByAggregate(messages);
    expect(left).toBeGreaterThan(Number(appended));
    expect(nonces.size, `seed ${random.seed}`).toBe(aggregates);
    const each = Array.from({ length: Number(appended) / aggregates }, (_, i) => i + 1);
    for (const found of nonces.values()) expect(found, `seed ${random.seed}`).toEqual(each);
  });
});
