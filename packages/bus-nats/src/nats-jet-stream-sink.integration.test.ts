import type { RecordedEvent } from "@leftfold/core";
import { type CloudEvent, cloudEventOf, recordedEventOf } from "@leftfold/event-sourcing";
import { jetstreamManager } from "@nats-io/jetstream";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { NatsPublishing } from "./nats-jet-stream-options.ts";
import { type NatsJetStreamSink, natsJetStreamSink } from "./nats-jet-stream-sink.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";
import { recordedEvents } from "./test-kit/recorded-events.ts";
import { cloudEventOfMessage, plain, streamContents } from "./test-kit/stream-contents.ts";

const binary = findNatsServer();
describe.skipIf(binary === undefined)("a sink to a NATS server", () => {
  let server: NatsServer;
  let connection: NatsConnection;
  let recorded: RecordedEvent[];
  let events: CloudEvent[];
  const sinks = new AsyncDisposableStack();
  let streams = 0;

  beforeAll(async () => {
    server = await NatsServer.start(binary!);
    connection = await connect({ servers: server.url });
    recorded = await recordedEvents(3);
    events = recorded.map((event) => cloudEventOf(event));
  });
  afterAll(async () => {
    await sinks.disposeAsync();
    await connection?.close();
    await server?.[Symbol.asyncDispose]();
  });

  function sinkTo(options: NatsPublishing): NatsJetStreamSink {
    return sinks.use(natsJetStreamSink({ ...options, servers: server.url }));
  }

  /** A stream of its own, which takes one subject. */
  function ownStream() {
    const stream = `S${++streams}`;
    const subject = `own.${stream}`;
    return {
      stream,
      subject,
      fields: { stream, subject: () => subject, createStream: { subjects: [subject] } },
    };
  }

  test("publishes what a plain consumer reads: headers, and the payload as it is", async () => {
    const subscription = connection.subscribe("leftfold.>", { max: 1 });
    await connection.flush();
    await sinkTo({ stream: "EVENTS", createStream: {} }).publish(events.slice(0, 1));
    for await (const message of subscription) {
      expect(message.subject).toBe("leftfold.shop%2Enorth.Order.OrderPaid");
      expect(message.json()).toEqual({ amount: 0 });
      expect(plain(message.headers)).toEqual({
        "Nats-Msg-Id": recorded[0]?.eventId,
        "Nats-Expected-Stream": "EVENTS",
        "ce-specversion": "1.0",
        "ce-id": recorded[0]?.eventId,
        "ce-source": "/leftfold/shop.north",
        "ce-type": "OrderPaid",
        "ce-subject": "Order/1001",
        "ce-time": recorded[0]?.occurredAt.toISOString(),
        "ce-datacontenttype": "application/json",
        "ce-tenantid": "shop.north",
        "ce-aggregatetype": "Order",
        "ce-aggregateid": "1001",
        "ce-aggregatenonce": "1",
        "ce-globalnonce": "1",
        "ce-eventversion": "1",
        "ce-recordedat": recorded[0]?.recordedAt.toISOString(),
        "ce-correlationid": "gr%C3%B6%C3%9Fe",
        "ce-causationid": "c%201",
        "ce-actorid": "ann",
        "ce-tags": "[%22course:c1%22]",
        "ce-metadata": "{%22note%22:%22a\\nb%22}",
        "ce-traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
      });
    }
  });

  test("gives back from the stream what was recorded", async () => {
    const { stream, fields } = ownStream();
    await sinkTo(fields).publish(events);
    const messages = await streamContents(connection, stream);
    expect(messages.map((message) => recordedEventOf(cloudEventOfMessage(message)))).toEqual(recorded);
  });

  test("has an event once, however often it is published within the duplicate window", async () => {
    const { stream, fields } = ownStream();
    await sinkTo(fields).publish(events.slice(0, 2));
    await sinkTo(fields).publish(events);
    await sinkTo({ ...fields, inFlightMax: 1 }).publish(events);
    const messages = await streamContents(connection, stream);
    expect(messages.map(({ headers }) => headers["ce-globalnonce"])).toEqual(["1", "2", "3"]);
  });

  test("makes a stream as it is asked to, and leaves one alone that is there", async () => {
    const { stream, fields } = ownStream();
    const { streams: api } = await jetstreamManager(connection);
    const createStream = {
      ...fields.createStream,
      duplicateWindowMs: 7_000,
      maxAgeMs: 60_000,
      maxBytes: 1_000_000,
    };
    await sinkTo({ ...fields, createStream }).publish(events);
    await sinkTo(fields).publish(events);
    const { config } = await api.info(stream);
    expect(config).toMatchObject({
      subjects: fields.createStream.subjects,
      duplicate_window: 7_000_000_000,
      max_age: 60_000_000_000,
      max_bytes: 1_000_000,
      num_replicas: 1,
    });
  });

  test("makes a stream once, when several are asked for it at the same time", async () => {
    const { stream, fields } = ownStream();
    const windows = [1_000, 2_000, 3_000, 4_000];
    await Promise.all(
      windows.map((duplicateWindowMs) =>
        sinkTo({ ...fields, createStream: { ...fields.createStream, duplicateWindowMs } }).publish(events),
      ),
    );
    expect(await streamContents(connection, stream)).toHaveLength(3);
  });

  test("uses a connection that it is given, and leaves it open", async () => {
    const { stream, fields } = ownStream();
    const own = await connect({ servers: server.url });
    const sink = natsJetStreamSink({ ...fields, connection: own });
    await sink.publish(events);
    await expect(
      natsJetStreamSink({ connection: own, subject: () => "no.stream" }).publish(events),
    ).rejects.toThrow();
    await sink[Symbol.asyncDispose]();
    expect(own.isClosed()).toBe(false);
    expect(await streamContents(own, stream)).toHaveLength(3);
    await own.close();
    await expect(natsJetStreamSink({ connection: own }).publish(events)).rejects.toThrow(
      "that the sink was given is closed",
    );
  });

  describe("says what is wrong", () => {
    const event = (fields: Partial<CloudEvent> = {}): CloudEvent[] =>
      events.slice(0, 1).map((one) => ({ ...one, ...fields }));

    test("when no stream takes a subject; and repeats well once there is one", async () => {
      const { stream, subject } = ownStream();
      const sink = sinkTo({ subject: () => subject });
      await expect(sink.publish(event())).rejects.toMatchObject({
        code: "unavailable",
        retryable: true,
        message: expect.stringContaining(`No stream takes the subject "${subject}"`),
      });
      await (await jetstreamManager(connection)).streams.add({ name: stream, subjects: [subject] });
      await sink.publish(event());
      expect(await streamContents(connection, stream)).toHaveLength(1);
    });

    test("when another stream takes the subject", async () => {
      const { fields } = ownStream();
      await sinkTo(fields).publish(event());
      const sink = sinkTo({ subject: fields.subject, stream: "OTHER" });
      await expect(sink.publish(event())).rejects.toMatchObject({
        code: "invalid-argument",
        retryable: false,
      });
    });

    test("when an event is too large, for the stream or for the server", async () => {
      const { stream, subject, fields } = ownStream();
      const { streams: api } = await jetstreamManager(connection);
      await api.add({ name: stream, subjects: [subject], max_msg_size: 2_000 });
      const large = sinkTo(fields).publish(event({ data: new Uint8Array(3_000) }));
      await expect(large).rejects.toMatchObject({
        code: "invalid-argument",
        message: expect.stringContaining(recorded[0]!.eventId),
      });
      const larger = sinkTo(fields).publish(event({ data: new Uint8Array(2 ** 21) }));
      await expect(larger).rejects.toThrow("max_payload");
    });

    test("when the stream is full", async () => {
      const { stream, subject, fields } = ownStream();
      const { streams: api } = await jetstreamManager(connection);
      await api.add({ name: stream, subjects: [subject], max_msgs: 2, discard: "new" });
      await expect(sinkTo(fields).publish(events)).rejects.toMatchObject({
        code: "resource-exhausted",
        retryDelayMs: 1_000,
      });
    });

    test("when a subject is none, or too long for the protocol", async () => {
      const publishTo = (subject: string): Promise<void> =>
        sinkTo({ subject: () => subject }).publish(event());
      await expect(publishTo("a b")).rejects.toMatchObject({ code: "invalid-argument" });
      await expect(publishTo("ü".repeat(2_000))).rejects.toThrow("at most 3500 bytes");
    });

    test("when an event is no CloudEvent", async () => {
      await expect(sinkTo({}).publish(event({ id: "" }))).rejects.toMatchObject({ code: "invalid-argument" });
    });

    test("when nobody is there", async () => {
      const sink = natsJetStreamSink({ servers: ["127.0.0.1:1"] });
      const given = sink.publish(event());
      await expect(given).rejects.toMatchObject({ code: "unavailable", retryable: true });
      await expect(given).rejects.toThrow("connecting to 127.0.0.1:1");
      await sink[Symbol.asyncDispose]();
      await expect(sink.publish(event())).rejects.toThrow("The sink to NATS was closed");
    });

    test("when the options are", () => {
      expect(() => sinkTo({ createStream: {} })).toThrow("stream is absent");
      expect(() => sinkTo({ inFlightMax: 0 })).toThrow("inFlightMax is 0");
    });

    test("when the stream cannot be made as it is asked for", async () => {
      const { fields } = ownStream();
      const sink = sinkTo({ ...fields, createStream: { ...fields.createStream, replicas: 3 } });
      await expect(sink.publish(event())).rejects.toMatchObject({ code: "unavailable" });
    });
  });

  test("ends with the signal's reason", async () => {
    const controller = new AbortController();
    const sink = sinkTo(ownStream().fields);
    const publishing = sink.publish(events, { signal: controller.signal });
    controller.abort(new Error("enough"));
    await expect(publishing).rejects.toThrow("enough");
    await expect(sink.publish(events, { signal: controller.signal })).rejects.toThrow("enough");
    await sink.publish(events);
  });
});
