import { memoryBackend } from "@leftfold/backend-memory";
import {
  type AppendResult,
  DeadlineExceededError,
  defaultLimits,
  type EventStore,
  exact,
  type RecordedEvent,
  type SubscribeRequest,
} from "@leftfold/core";
import { anAppend, collect, someEvents } from "@leftfold/testing";
import type { Scenario, Simulation } from "@leftfold/testing/simulation";
import { defaultAppendOptions } from "../append/append-options.ts";
import { RemoteBackend } from "../remote-backend.ts";
import { systemClock } from "../retry/clock.ts";
import { defaultRetryPolicy } from "../retry/retry-policy.ts";
import type { EventStoreCalls } from "../wire/event-store-calls.ts";
import { SimulatedServer } from "./simulated-server.ts";

const writers = ["Ann", "Ben", "Cid"];
const heartbeatMs = 5_000;
/** Patient: in a schedule everything fails a few times, and then no more. */
const retry = { ...defaultRetryPolicy, attemptTimeoutMs: 2_000, retryTimeoutMs: 1e6, resumeTimeoutMs: 1e6 };
const append = { ...defaultAppendOptions, appendsPerCallMax: 2 };

/** What a seeded bug makes of the calls. */
export type CallsBug = (calls: EventStoreCalls, log: EventStore) => EventStoreCalls;

/** One client with writers and subscribers, and a server behind a connection that loses what it is given. */
export function simulatedClient(bug: CallsBug = (calls) => calls): Scenario {
  return async (simulation) => {
    await using backend = memoryBackend({ heartbeatMs });
    const log = backend.tenant("t");
    const remote = new RemoteBackend({
      calls: bug(new SimulatedServer(simulation, log), log),
      closeTransport: () => undefined,
      retry,
      append,
      clock: systemClock,
      idleTimeoutMs: 3 * heartbeatMs,
      limits: defaultLimits,
    });
    const world = new ClientWorld(simulation, remote.tenant("t"), log);
    await Promise.all([
      ...writers.map((who) => world.write(who)),
      world.follow("Dan", { after: simulation.pick([0n, "head"]) }),
      world.follow("Eve", { query: { anyOf: [{ aggregateIdPrefix: "B" }] } }),
    ]);
    await world.check();
    await remote[Symbol.asyncDispose]();
    if (simulation.isTimeAwaited)
      throw new Error("Nobody uses the client any more, and it waits for time to pass.");
  };
}

class ClientWorld {
  readonly #simulation: Simulation;
  readonly #remote: EventStore;
  readonly #log: EventStore;
  readonly #acknowledged: {
    readonly who: string;
    readonly eventType: string;
    readonly result: AppendResult;
  }[] = [];
  #writing: number = writers.length;

  constructor(simulation: Simulation, remote: EventStore, log: EventStore) {
    this.#simulation = simulation;
    this.#remote = remote;
    this.#log = log;
  }

  /** Appends one after another, each on top of the one before: a lost, doubled or reordered append would be a conflict. */
  async write(who: string): Promise<void> {
    let nonce = 0n;
    const count = this.#simulation.pick([2, 1, 3]);
    for (let i = 1; i <= count; i++) {
      const eventType = `${who}-${i}`;
      const ending = this.#simulation.pick(["none", "none", "leaves", "deadline"]);
      const result = await this.#append(who, eventType, nonce, ending);
      // Whether it was recorded is not known: whoever gave up begins with another aggregate.
      if (result === undefined) break;
      nonce = result.aggregates[0]!.aggregateNonce;
      this.#acknowledged.push({ who, eventType, result });
    }
    this.#writing--;
  }

  async #append(
    who: string,
    eventType: string,
    nonce: bigint,
    ending: "none" | "leaves" | "deadline",
  ): Promise<AppendResult | undefined> {
    const simulation = this.#simulation;
    const request = anAppend({
      aggregateId: who,
      expected: exact(nonce),
      events: someEvents(1, { eventType }),
    });
    const leaving = new AbortController();
    const askedMs = simulation.nowMs;
    let leftMs: number | undefined;
    if (ending === "leaves")
      void simulation.turn(who, "leaves").then(() => {
        leftMs = simulation.nowMs;
        leaving.abort(left);
      });
    const timeoutMs = ending === "deadline" ? 500 : undefined;
    try {
      const result = await this.#remote.append(request, {
        signal: leaving.signal,
        ...(timeoutMs !== undefined && { timeoutMs }),
      });
      simulation.note(who, `${eventType} is at ${result.firstGlobalNonce}`);
      if (result.replayed)
        throw new Error(`${eventType} is told to be a repetition, and its caller repeated nothing.`);
      return result;
    } catch (error) {
      if (error === left && simulation.nowMs === leftMs) return undefined;
      const isInTime = timeoutMs !== undefined && simulation.nowMs === askedMs + timeoutMs;
      if (error instanceof DeadlineExceededError && isInTime) return undefined;
      throw error;
    }
  }

  /** Follows the log, slowly, until it has all of it and nothing is written any more. */
  async follow(who: string, request: SubscribeRequest): Promise<void> {
    const got: bigint[] = [];
    let position = request.after === "head" ? undefined : 0n;
    let first: bigint | undefined;
    for await (const message of this.#remote.subscribe(request)) {
      const nonce = message.kind === "event" ? message.event.globalNonce : message.globalNonce;
      this.#simulation.note(who, `gets ${message.kind} ${nonce}`);
      first ??= message.kind === "event" ? nonce - 1n : nonce;
      if (message.kind === "event") got.push(nonce);
      position = nonce;
      if (this.#writing === 0 && position >= (await this.#log.head())) break;
      await this.#simulation.turn(who, "asks for the next message");
    }
    const after = request.after === "head" ? first! : 0n;
    const due = (await this.#events(request)).map(({ globalNonce }) => globalNonce);
    const expected = due.filter((nonce) => nonce > after && nonce <= position!);
    if (got.join() !== expected.join())
      throw new Error(`${who} got ${got.join()} where ${expected.join()} was due.`);
  }

  /** Everything that was acknowledged is recorded once, where it was said to be; nothing is recorded twice. */
  async check(): Promise<void> {
    const events = await this.#events({});
    for (const { eventType, result } of this.#acknowledged) {
      const at = events
        .filter((event) => event.eventType === eventType)
        .map(({ globalNonce }) => globalNonce);
      if (at.join() !== `${result.firstGlobalNonce}`)
        throw new Error(
          `${eventType} was acknowledged at ${result.firstGlobalNonce}, and is at ${at.join() || "none"}.`,
        );
    }
    const types = events.map(({ eventType }) => eventType);
    if (new Set(types).size !== types.length)
      throw new Error(`Something is recorded twice: ${types.join()}.`);
    const read = (await collect(this.#remote.readAll())).map(({ eventType }) => eventType);
    // A request that was late may arrive meanwhile.
    const later = (await this.#events({})).map(({ eventType }) => eventType);
    if (read.length < types.length || read.join() !== later.slice(0, read.length).join())
      throw new Error(`The client read ${read.join()} of ${later.join()}.`);
  }

  async #events({ query }: SubscribeRequest): Promise<RecordedEvent[]> {
    return await collect(this.#log.readAll(query === undefined ? {} : { query }));
  }
}

const left = new Error("left");
