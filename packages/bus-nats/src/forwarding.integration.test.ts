import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { type CloudEvent, type Forwarder, forwarder } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import { natsJetStreamSink } from "./nats-jet-stream-sink.ts";
import { natsSubject } from "./nats-subject.ts";
import { appendMany, counters, noncesByAggregate } from "./test-kit/counters.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";
import { streamContents } from "./test-kit/stream-contents.ts";

const binary = findNatsServer();

describe.skipIf(binary === undefined)("forwarding to NATS", () => {
  test.each(["connections of its own", "one connection that comes back by itself"])(
    "over %s has every event in the stream once and in order, whoever is killed",
    async (over) => {
      const random = new SeededRandom();
      await using server = await NatsServer.start(binary!);
      await using store = memoryBackend().tenant("shop");
      await using readModels = memoryReadModels();
      await using sinks = new AsyncDisposableStack();
      const shared = await connect({ servers: server.url, maxReconnectAttempts: -1, reconnectTimeWait: 10 });
      sinks.defer(() => shared.close());
      // Things happen when so many events were about to leave: in the midst of a batch, with others on their
      // way.
      let left = 0;
      let happening = { at: 0, happen: (): void => {} };
      const subject = (event: CloudEvent): string => {
        if (++left === happening.at) happening.happen();
        return natsSubject(event);
      };
      const start = (): Forwarder => {
        const publishing = { stream: "EVENTS", createStream: {}, subject, inFlightMax: 32 };
        const access = over === "connections of its own" ? { servers: server.url } : { connection: shared };
        const sink = sinks.use(natsJetStreamSink({ ...access, ...publishing, ackTimeoutMs: 500 }));
        const retry = { baseDelayMs: 5, delayMaxMs: 50, attemptsMax: 10_000 };
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
      expect(nonces.size, `seed ${random.seed}`).toBe(counters);
      const each = Array.from({ length: Number(appended) / counters }, (_, i) => i + 1);
      for (const found of nonces.values()) expect(found, `seed ${random.seed}`).toEqual(each);
    },
  );
});
