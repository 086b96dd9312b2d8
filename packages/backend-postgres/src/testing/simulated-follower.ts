import {
  EventStoreError,
  type FollowedLog,
  type FollowMessage,
  follow,
  matches,
  type RecordedEvent,
  type SubscribeRequest,
} from "@leftfold/core";
import type { Simulation } from "@leftfold/testing/simulation";
import type { LogBatch } from "../log-batch.ts";
import type { LogHub } from "../log-hub.ts";
import type { SimulatedLog } from "./simulated-log.ts";

const heartbeatMs = 1_000;

/** Follows a log through a hub, slowly, and checks each message against the log. */
export class SimulatedFollower {
  readonly #simulation: Simulation;
  readonly #who: string;
  readonly #log: SimulatedLog;
  readonly #query: SubscribeRequest["query"];
  readonly #view: (log: FollowedLog<LogBatch>) => FollowedLog<LogBatch>;
  /** Everything that matches up to here was delivered; undefined until the first answer says where the head was. */
  #position: bigint | undefined;

  constructor(
    simulation: Simulation,
    who: string,
    log: SimulatedLog,
    { query, after }: SubscribeRequest,
    view: (log: FollowedLog<LogBatch>) => FollowedLog<LogBatch> = (sound) => sound,
  ) {
    this.#simulation = simulation;
    this.#who = who;
    this.#log = log;
    this.#query = query;
    this.#view = view;
    this.#position = after === "head" ? undefined : (after ?? 0n);
  }

  /** Follows until it has everything, once nothing is written any more. Joins anew when it is sent away, or leaves. */
  async run(hub: LogHub, isWritten: () => boolean): Promise<void> {
    const isDone = (): boolean =>
      isWritten() && this.#position !== undefined && this.#position >= this.#log.head.nonce;
    while (!isDone()) {
      const messages = this.#simulation.pick([1_000, 1, 2]);
      try {
        await this.#follow(hub, messages, isDone);
      } catch (error) {
        if (!(error instanceof EventStoreError && error.retryable)) throw error;
      }
    }
  }

  async #follow(hub: LogHub, messagesMax: number, isDone: () => boolean): Promise<void> {
    await this.#simulation.turn(this.#who, "joins");
    const request = { query: this.#query, after: this.#position ?? ("head" as const) };
    const { acknowledged } = this.#log;
    const { after, log, leave } = await hub.join(request, undefined);
    if (this.#position === undefined && after < acknowledged)
      throw new Error(
        `${this.#who} joined at the head when ${acknowledged} was acknowledged, and gets what lies after ${after}.`,
      );
    this.#position = after;
    try {
      let left = messagesMax;
      for await (const message of follow(this.#view(log), { after, heartbeatMs, signal: undefined })) {
        this.#take(message);
        if (--left === 0 || isDone()) return;
        await this.#simulation.turn(this.#who, "asks for the next message");
      }
    } finally {
      leave();
    }
  }

  #take(message: FollowMessage<LogBatch>): void {
    if (message.kind === "batch") {
      this.#simulation.note(this.#who, `gets up to ${message.batch.lastGlobalNonce}`);
      for (const event of message.batch.events) this.#takeEvent(event);
      return;
    }
    this.#simulation.note(this.#who, `gets ${message.kind} ${message.globalNonce}`);
    const missing = this.#next();
    if (missing !== undefined && missing.globalNonce <= message.globalNonce)
      throw new Error(`${this.#who} is at ${message.globalNonce} without event ${missing.globalNonce}.`);
    if (message.globalNonce < this.#position!)
      throw new Error(`${this.#who} was at ${this.#position}, and went back to ${message.globalNonce}.`);
    this.#position = message.globalNonce;
  }

  #takeEvent({ globalNonce, eventId }: RecordedEvent): void {
    const due = this.#next();
    if (due === undefined || due.globalNonce !== globalNonce)
      throw new Error(`${this.#who} got event ${globalNonce} where ${due?.globalNonce ?? "none"} was due.`);
    if (due.eventId !== eventId)
      throw new Error(`${this.#who} got another event ${globalNonce} than the log has.`);
    this.#position = globalNonce;
  }

  /** The next event that matches, of those that are durable. */
  #next(): SimulatedLog["events"][number] | undefined {
    const query = this.#query;
    return this.#log.events.find(
      (event) => event.globalNonce > this.#position! && (query === undefined || matches(query, event)),
    );
  }
}
