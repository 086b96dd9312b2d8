import { type CloudEvent, cloudEventFromHeaders } from "@leftfold/event-sourcing";
import { jetstreamManager } from "@nats-io/jetstream";
import type { MsgHdrs, NatsConnection } from "@nats-io/transport-node";

/** A message as a consumer of NATS sees it that knows nothing of us. */
export interface PlainMessage {
  readonly subject: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: Uint8Array;
}

/** Everything that a stream has, from its first message to its last. */
export async function streamContents(connection: NatsConnection, stream: string): Promise<PlainMessage[]> {
  const { streams } = await jetstreamManager(connection);
  const { state } = await streams.info(stream);
  const messages: PlainMessage[] = [];
  for (let seq = state.first_seq; seq > 0 && seq <= state.last_seq; seq++) {
    const message = await streams.getMessage(stream, { seq });
    if (message === null) throw new Error(`The stream has no message ${seq}.`);
    messages.push({ subject: message.subject, headers: plain(message.header), data: message.data });
  }
  return messages;
}

/** Headers as an object. */
export function plain(headers: MsgHdrs | undefined): Record<string, string> {
  return Object.fromEntries(Array.from(headers ?? [], ([name, values]) => [name, values.join()]));
}

/** The CloudEvent that a message is. */
export function cloudEventOfMessage({ headers, data }: PlainMessage): CloudEvent {
  return cloudEventFromHeaders(Object.entries(headers), data, "nats");
}
