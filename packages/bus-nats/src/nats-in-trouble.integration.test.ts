import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { cloudEventOf } from "@leftfold/event-sourcing";
import { connect } from "@nats-io/transport-node";
import { describe, expect, test } from "vitest";
import type { NatsPublishing } from "./nats-jet-stream-options.ts";
import { natsJetStreamSink } from "./nats-jet-stream-sink.ts";
import { findNatsServer, NatsServer } from "./test-kit/nats-server.ts";
import { recordedEvents } from "./test-kit/recorded-events.ts";
import { type PlainMessage, streamContents } from "./test-kit/stream-contents.ts";

const binary = findNatsServer();

describe.skipIf(binary === undefined)("a sink to a NATS server in trouble", () => {
  const numbers = (messages: readonly PlainMessage[]) =>
    messages.map(({ headers }) => headers["ce-globalnonce"]);

  test("connects anew when the server was gone in between", async () => {
    await using server = await NatsServer.start(binary!);
    const access = { servers: server.url, stream: "EVENTS", createStream: {} };
    await using sink = natsJetStreamSink(access);
    const events = (await recordedEvents(2)).map((event) => cloudEventOf(event));
    await sink.publish(events.slice(0, 1));
    await server.kill();
    await expect(sink.publish(events)).rejects.toMatchObject({ code: "unavailable" });
    await expect(sink.publish(events)).rejects.toMatchObject({ code: "unavailable" });
    await server.restart();
    await sink.publish(events);
    const connection = await connect({ servers: server.url });
    expect(numbers(await streamContents(connection, "EVENTS"))).toEqual(["1", "2"]);
    await connection.close();
  });

  test("waits for a server that stands still no longer than it is told to", async () => {
    await using server = await NatsServer.start(binary!);
    const access = { servers: server.url, stream: "EVENTS", createStream: {}, ackTimeoutMs: 50 };
    await using sink = natsJetStreamSink({ ...access, connectionOptions: { timeout: 50 } });
    const events = (await recordedEvents(2)).map((event) => cloudEventOf(event));
    await sink.publish(events.slice(0, 1));
    server.pause();
    const unavailable = { code: "unavailable", retryable: true };
    await expect(sink.publish(events)).rejects.toMatchObject(unavailable);
    await expect(sink.publish(events)).rejects.toMatchObject(unavailable);
    server.resume();
    await expect.poll(() => sink.publish(events).then(() => "published", String)).toBe("published");
    const connection = await connect({ servers: server.url });
    expect(numbers(await streamContents(connection, "EVENTS"))).toEqual(["1", "2"]);
    await connection.close();
  });
});

describe.skipIf(binary === undefined)("a sink to a NATS server that asks who is there", () => {
  test("says whether the credentials are wrong, or do not permit it", async () => {
    const folder = await mkdtemp(join(tmpdir(), "leftfold-nats-"));
    await using cleaning = new AsyncDisposableStack();
    cleaning.defer(() => rm(folder, { recursive: true, force: true }));
    const config = join(folder, "nats.conf");
    const permissions = `{ publish: { deny: ["secret.>", "$JS.API.STREAM.INFO.*"] } }`;
    const user = `{ user: ann, password: right, permissions: ${permissions} }`;
    await writeFile(config, `authorization { users: [${user}] }`);
    await using server = await NatsServer.start(binary!, "-c", config);
    const [event] = (await recordedEvents(1)).map((one) => cloudEventOf(one));
    const publish = async (pass: string, publishing: NatsPublishing = {}): Promise<void> => {
      const connectionOptions = { user: "ann", pass };
      const access = { servers: server.url, connectionOptions };
      await using sink = natsJetStreamSink({ ...access, subject: () => "secret.x", ...publishing });
      await sink.publish([event!]);
    };
    await expect(publish("wrong")).rejects.toMatchObject({ code: "unauthenticated" });
    await expect(publish("right")).rejects.toMatchObject({ code: "permission-denied" });
    const creating = publish("right", { stream: "EVENTS", createStream: {} });
    await expect(creating).rejects.toMatchObject({ code: "permission-denied" });
  });
});
