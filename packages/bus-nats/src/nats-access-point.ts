import { UnavailableError } from "@leftfold/core";
import { connect, type NatsConnection } from "@nats-io/transport-node";
import { natsError } from "./nats-errors.ts";
import type { NatsAccess } from "./nats-jet-stream-options.ts";

/** The one connection that a sink has at a time: made when it is needed, and anew when it has broken. */
export class NatsAccessPoint {
  readonly #access: NatsAccess;
  readonly #prepare: (connection: NatsConnection) => Promise<void>;
  #connection: Promise<NatsConnection> | undefined;
  #closed = false;

  /** @param prepare is done on every new connection, before it is used. */
  constructor(access: NatsAccess, prepare: (connection: NatsConnection) => Promise<void>) {
    this.#access = access;
    this.#prepare = prepare;
  }

  /** @throws `unavailable`, `unauthenticated` and the like; the next call tries again. */
  async connection(): Promise<NatsConnection> {
    if (this.#closed) throw new UnavailableError("The sink to NATS was closed. Open a new one to go on.");
    this.#connection ??= this.#open();
    const opening = this.#connection;
    try {
      const connection = await opening;
      if (!connection.isClosed()) return connection;
    } catch (error) {
      if (this.#connection === opening) this.#connection = undefined;
      throw natsError(error, { doing: `connecting to ${this.#name()}` });
    }
    if (this.#access.connection !== undefined) {
      throw new UnavailableError(
        "The connection to NATS that the sink was given is closed. Give it another one.",
      );
    }
    if (this.#connection === opening) this.#connection = undefined;
    return this.connection();
  }

  /** Lets go of a connection that has failed; one that was given knows itself how to go on. */
  async discard(connection: NatsConnection): Promise<void> {
    if (this.#access.connection !== undefined) return;
    this.#connection = undefined;
    await connection.close().catch(() => {});
  }

  async close(): Promise<void> {
    this.#closed = true;
    const connection = await this.#connection?.catch(() => undefined);
    if (connection !== undefined) await this.discard(connection);
  }

  async #open(): Promise<NatsConnection> {
    const { servers, connection: given } = this.#access;
    if (given !== undefined) {
      await this.#prepare(given);
      return given;
    }
    // A connection that comes back by itself would first send what it still holds, behind the back of whoever
    // repeats it.
    const list = typeof servers === "string" ? servers : [...servers];
    const options = { ...this.#access.connectionOptions, servers: list, reconnect: false };
    const connection = await connect(options);
    try {
      await this.#prepare(connection);
    } catch (error) {
      await connection.close().catch(() => {});
      throw error;
    }
    return connection;
  }

  #name(): string {
    return [this.#access.servers ?? "the connection that was given"].flat().join(", ");
  }
}
