import { once } from "node:events";
import { type AddressInfo, createServer, connect as dial, type Server, type Socket } from "node:net";
import type { SeededRandom } from "../builders/seeded-random.ts";
import { ProxiedConnection } from "./proxied-connection.ts";
import type { ProxyClock } from "./proxy-clock.ts";
import { type CutKind, checkConditions, type Direction, type ProxyConditions } from "./proxy-conditions.ts";
import type { Weather } from "./proxy-pipe.ts";
import type { ProxyTap } from "./proxy-tap.ts";

export interface NetworkProxyOptions {
  readonly target: { readonly host: string; readonly port: number };
  readonly random: SeededRandom;
  readonly tap: ((random: SeededRandom) => ProxyTap) | undefined;
  readonly bufferBytesMax: number;
  readonly connectionsMax: number;
  readonly clock: ProxyClock;
}

/** A network between clients and one target, and what is wrong with it. Made by `startProxy`. */
export class NetworkProxy implements AsyncDisposable {
  readonly #options: NetworkProxyOptions;
  readonly #connections = new Set<ProxiedConnection>();
  readonly #passed = { toTarget: 0, toClient: 0 };
  #server: Server | undefined;
  #port = 0;
  #random: SeededRandom;
  #conditions: ProxyConditions = {};
  #changing = new AbortController();
  #accepted = 0;
  #cuts = 0;
  #disposed = false;

  constructor(options: NetworkProxyOptions) {
    this.#options = options;
    this.#random = options.random;
  }

  /** Where clients find the target through here, on 127.0.0.1. */
  get port(): number {
    return this.#port;
  }

  get seed(): number {
    return this.#random.seed;
  }

  /** What is drawn from now on, for new connections too, is drawn from this: a proxy may serve several runs. */
  reseed(random: SeededRandom): void {
    this.#random = random;
  }

  get conditions(): ProxyConditions {
    return this.#conditions;
  }

  /** Connections that there are. */
  get connections(): number {
    return this.#connections.size;
  }

  /** Connections that there were and are. */
  get accepted(): number {
    return this.#accepted;
  }

  /** Connections that were cut here, by whatever reason. */
  get cuts(): number {
    return this.#cuts;
  }

  /** Bytes that were passed on. */
  get passedBytes(): Readonly<Record<Direction, number>> {
    return { ...this.#passed };
  }

  /** Bytes that arrived and were not passed on. */
  get heldBytes(): number {
    return [...this.#connections].reduce((sum, { heldBytes }) => sum + heldBytes, 0);
  }

  /**
   * Makes these the conditions, of connections that there are and of new ones, in place of those before. What is held or delayed
   * is looked at anew.
   *
   * @throws RangeError for conditions that mean nothing; the system's error when the port has been taken by another process
   * while connections were refused.
   */
  async apply(conditions: ProxyConditions): Promise<void> {
    checkConditions(conditions);
    this.#conditions = conditions;
    const changing = this.#changing;
    this.#changing = new AbortController();
    changing.abort();
    if (conditions.newConnections === "refuse") this.#stopListening();
    else if (this.#server === undefined) await this.listen(this.#port);
  }

  /** Makes the network good again. Connections that were silent go on. */
  async heal(): Promise<void> {
    await this.apply({});
  }

  /** Cuts connections, each with the given chance, all when it is absent. Returns how many. */
  cut(kind: CutKind = "reset", chance = 1): number {
    const chosen = [...this.#connections].filter(() => chance >= 1 || this.#random.chance(chance));
    for (const connection of chosen) connection.cut(kind);
    return chosen.length;
  }

  /** Starts to listen. @internal */
  async listen(port: number): Promise<void> {
    if (this.#disposed) return;
    const server = createServer({ allowHalfOpen: true }, (client) => this.#accept(client));
    this.#server = server;
    try {
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    } catch (error) {
      this.#server = undefined;
      throw error;
    }
    this.#port = (server.address() as AddressInfo).port;
  }

  /** Cuts everything, and listens no more. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#disposed = true;
    this.cut();
    this.#stopListening();
    this.#changing.abort();
  }

  #stopListening(): void {
    this.#server?.close();
    this.#server = undefined;
  }

  #accept(client: Socket): void {
    if (
      this.#conditions.newConnections !== undefined ||
      this.#connections.size >= this.#options.connectionsMax
    ) {
      client.on("error", () => undefined);
      client.resetAndDestroy();
      return;
    }
    this.#accepted++;
    const { target, tap, clock, bufferBytesMax } = this.#options;
    const own = this.#random.fork();
    const listener = tap?.(own.fork());
    const weather = (): Weather => ({ conditions: this.#conditions, changed: this.#changing.signal });
    const connection: ProxiedConnection = new ProxiedConnection({
      client,
      target: dial({ ...target, allowHalfOpen: true }),
      weather,
      random: own,
      clock,
      bufferBytesMax,
      hear: (direction, bytes) => listener?.hear(direction, bytes),
      onPassed: (direction, bytes) => {
        this.#passed[direction] += bytes;
      },
      onCut: () => {
        this.#cuts++;
      },
      onGone: () => this.#connections.delete(connection),
    });
    this.#connections.add(connection);
  }
}
