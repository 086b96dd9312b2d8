import { natsJetStreamSink } from "@leftfold/bus-nats";
import { type CloudEvent, cloudEventFromHeaders } from "@leftfold/event-sourcing";
import { jetstream } from "@nats-io/jetstream";
import { connect } from "@nats-io/transport-node";
import type { Broker } from "./broker.ts";

const stream = "LEFTFOLD-ORDERS";
const hourMs = 60 * 60 * 1000;

// #region sink
function ordersSink(servers: string) {
  return natsJetStreamSink({
    servers,
    stream,
    createStream: { subjects: ["leftfold.*.Order.>"], maxAgeMs: hourMs },
  });
}
// #endregion sink

/**
 * A stream of NATS JetStream, and a consumer of it that knows nothing of Leftfold.
 *
 * @param tenantId whose events the consumer wants: others may be in the stream.
 */
export async function natsBroker(servers: string, tenantId: string): Promise<Broker> {
  const sink = ordersSink(servers);
  const connection = await connect({ servers }).catch((cause: unknown) => {
    throw new Error(`No NATS server answers at ${servers}. Start one there, or leave NATS_URL away.`, {
      cause,
    });
  });
  return {
    title: `nats-server ${connection.info?.version} on ${servers}, stream ${stream}`,
    sink,
    async received() {
      const { consumers } = jetstream(connection);
      const consumer = await consumers.get(stream, { filter_subjects: `leftfold.${tenantId}.Order.>` });
      const { num_pending: pending } = await consumer.info();
      const events: CloudEvent[] = [];
      if (pending === 0) return events;
      for await (const { headers, data } of await consumer.fetch({ max_messages: pending })) {
        const plain: [string, string][] = Array.from(headers ?? [], ([name, values]) => [
          name,
          values.join(),
        ]);
        events.push(cloudEventFromHeaders(plain, data, "nats"));
      }
      return events;
    },
    async [Symbol.asyncDispose]() {
      await sink[Symbol.asyncDispose]();
      await connection.close();
    },
  };
}
