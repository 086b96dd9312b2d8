import { abortable, InvalidArgumentError, UnavailableError } from "@leftfold/core";
import { type CloudEvent, cloudEventToHeaders, type EventSink } from "@leftfold/event-sourcing";
import { jetstream } from "@nats-io/jetstream";
import { headers, type NatsConnection } from "@nats-io/transport-node";
import { NatsAccessPoint } from "./nats-access-point.ts";
import { natsError } from "./nats-errors.ts";
import type { NatsJetStreamSinkOptions } from "./nats-jet-stream-options.ts";
import { ensureNatsStream } from "./nats-stream.ts";
import { natsSubject } from "./nats-subject.ts";
import { publishInOrder } from "./publish-in-order.ts";

/** A NATS JetStream as a sink. Disposing of it closes the connection that it has made. */
export type NatsJetStreamSink = EventSink & AsyncDisposable;

/**
 * Subjects longer than this, in bytes, do not fit into a line of the protocol, and the server would hang up.
 */
const subjectBytesMax = 3_500;

/**
 * Publishes CloudEvents to NATS JetStream; connects with the first publication, and again after a failure.
 *
 * An event is one message in binary mode: its data as the payload, its attributes as `ce-` headers, and its
 * id as the `Nats-Msg-Id`, so that a stream which has it drops a repetition within its duplicate window.
 * `publish` resolves when JetStream has acknowledged all.
 *
 * Events leave in their order; those of one subject of the event (one aggregate) each wait for the
 * acknowledgement of the one before. A failure ends the publication: repeat it.
 *
 * @throws `invalid-argument` for `createStream` without a name in `stream`, and for an `inFlightMax` below 1.
 */
export function natsJetStreamSink(options: NatsJetStreamSinkOptions): NatsJetStreamSink {
  const { stream, createStream, inFlightMax = 256 } = options;
  if (createStream !== undefined && stream === undefined) {
    throw new InvalidArgumentError([
      { field: "stream", value: "absent", limit: "the name of the stream to create" },
    ]);
  }
  if (!Number.isInteger(inFlightMax) || inFlightMax < 1) {
    const limit = "a whole number from 1";
    throw new InvalidArgumentError([{ field: "inFlightMax", value: String(inFlightMax), limit }]);
  }
  return new JetStreamSink(options, inFlightMax);
}

class JetStreamSink implements NatsJetStreamSink {
  readonly #options: NatsJetStreamSinkOptions;
  readonly #inFlightMax: number;
  readonly #access: NatsAccessPoint;

  constructor(options: NatsJetStreamSinkOptions, inFlightMax: number) {
    this.#options = options;
    this.#inFlightMax = inFlightMax;
    const { stream, createStream } = options;
    this.#access = new NatsAccessPoint(options, async (connection) => {
      if (stream !== undefined && createStream !== undefined) {
        await ensureNatsStream(connection, stream, createStream);
      }
    });
  }

  async publish(
    events: readonly CloudEvent[],
    options: { readonly signal?: AbortSignal } = {},
  ): Promise<void> {
    const { signal } = options;
    signal?.throwIfAborted();
    const connection = await abortable(this.#access.connection(), signal);
    const publishing = publishInOrder(events, {
      inFlightMax: this.#inFlightMax,
      keyOf: ({ source, subject = "" }) => `${source} ${subject}`,
      publish: (event) => this.#publishOne(connection, event),
      signal,
    });
    try {
      await abortable(publishing, signal);
    } catch (error) {
      // Nobody knows what has become of what was sent last: a new connection starts from what is
      // acknowledged.
      if (error instanceof UnavailableError) await this.#access.discard(connection);
      throw error;
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#access.close();
  }

  async #publishOne(connection: NatsConnection, event: CloudEvent): Promise<void> {
    const { stream, subject: subjectOf = natsSubject, ackTimeoutMs = 5_000 } = this.#options;
    const subject = subjectOf(event);
    if (new TextEncoder().encode(subject).length > subjectBytesMax) {
      const limit = `at most ${subjectBytesMax} bytes`;
      throw new InvalidArgumentError([{ field: "subject", value: `${subject.slice(0, 100)}…`, limit }]);
    }
    const attributes = headers();
    for (const [name, value] of Object.entries(cloudEventToHeaders(event, "nats")))
      attributes.set(name, value);
    try {
      await jetstream(connection).publish(subject, event.data, {
        msgID: event.id,
        headers: attributes,
        timeout: ackTimeoutMs,
        ...(stream !== undefined && { expect: { streamName: stream } }),
      });
    } catch (error) {
      const doing = `publishing the event ${event.id} to "${subject}"`;
      throw natsError(error, { doing, sent: `the event ${event.id}`, subject });
    }
  }
}
