import type { CloudEvent } from "@leftfold/event-sourcing";
import type { NatsConnection, NodeConnectionOptions } from "@nats-io/transport-node";
import type { NatsStreamSettings } from "./nats-stream.ts";

/** Where NATS is: servers to connect to, or a connection that there is already. */
export type NatsAccess =
  | {
      /** Such as `nats://127.0.0.1:4222`; several of one cluster are tried in turn. */
      readonly servers: string | readonly string[];
      /** Credentials, TLS and the like. */
      readonly connectionOptions?: Omit<NodeConnectionOptions, "servers" | "reconnect">;
      readonly connection?: undefined;
    }
  | {
      /** Is used, and left open at the end. */
      readonly connection: NatsConnection;
      readonly servers?: undefined;
    };

export type NatsJetStreamSinkOptions = NatsAccess & NatsPublishing;

/** What is published to, and how. */
export interface NatsPublishing {
  /** The stream that must have the events; any one that takes the subject when absent. */
  readonly stream?: string;
  /** Makes the stream of that name when it is not there; nothing is ever made when absent. */
  readonly createStream?: NatsStreamSettings;
  /** Where an event goes; `natsSubject` when absent. */
  readonly subject?: (event: CloudEvent) => string;
  /** How many events wait for their acknowledgement at most; 256 when absent. */
  readonly inFlightMax?: number;
  /** How long an acknowledgement may take; 5,000 when absent. */
  readonly ackTimeoutMs?: number;
}
