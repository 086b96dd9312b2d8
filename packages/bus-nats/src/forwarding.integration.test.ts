import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { any, type EventStore } from "@leftfold/core";
import { type Forwarder, forwarder } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { type NatsJetStreamSink, natsJetStreamSink } from "./nats-jet-stream-sink.ts";
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
    const start = (): { forwarding: Forwarder; sink: NatsJetStreamSink } => {
      const sink = sinks.use(
        natsJetStreamSink({ servers: server.url, stream: "EVENTS", createStream: {}, inFlightMax: 32 }),
      );
      const retry = { delayMs: 5, delayMsMax: 50, attemptsMax: 10_000 };
      // Closing it cuts it off wherever it is, and what it has sent is on its way.
      const options = {
        store,
        readModels,
        sink,
        retry,
        closeTimeoutMs: 0,
        batchEventsMax: 30,
        standbyMs: 20,
      };
      return { forwarding: forwarder({ name: "nats", ...options }), sink };
    };

    let running = start();
    let appended = 0n;
    for (let round = 0; round < 8; round++) {
      const appending = appendMany(store, 80);
      await running.forwarding.waitFor(appended + BigInt(1 + random.below(240)));
      if (round % 2 === 0) {
        const killing = server.kill();
        await appendMany(store, 20);
        await killing;
        await expect.poll(() => running.forwarding.status().failures).toBeGreaterThan(0);
        await server.restart();
      } else {
        await running.forwarding[Symbol.asyncDispose]();
        running = start();
        await appendMany(store, 20);
      }
      await appending;
      appended += 300n;
    }
    await running.forwarding.waitFor(appended);
    await running.forwarding[Symbol.asyncDispose]();

    const connection = await connect({ servers: server.url });
    const messages = await streamContents(connection, "EVENTS");
    await connection.close();
    const nonces = noncesByAggregate(messages);
    expect(nonces.size, `seed ${random.seed}`).toBe(aggregates);
    const each = Array.from({ length: Number(appended) / aggregates }, (_, i) => i + 1);
    for (const found of nonces.values()) expect(found, `seed ${random.seed}`).toEqual(each);
  });
});
