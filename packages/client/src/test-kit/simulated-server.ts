import { Code, ConnectError } from "@connectrpc/connect";
import {
  type AppendResult,
  type EventStore,
  EventStoreError,
  type FollowMessage,
  type ReadAllRequest,
  type ReadStreamRequest,
  type RecordedEvent,
  ResourceExhaustedError,
  type SubscribeRequest,
} from "@leftfold/core";
import { decodeAppendBatch, type TenantAppend } from "@leftfold/proto";
import type { Simulation } from "@leftfold/testing/simulation";
import type { AppendOutcome } from "../append/append-coalescer.ts";
import type { CallInit, EventStoreCalls } from "../wire/event-store-calls.ts";

const requestLost = "its request is lost";
const responseLost = "its response is lost";
const late = "its connection breaks, and its request arrives later";
const silent = "nobody answers it";
const breaks = "breaks";
// A read has no heartbeat; that its connection is dead, the transport's keepalive tells.
const fallsSilent = "falls silent";

/**
 * A server behind a simulated transport. A call takes two turns, one for its request and one for its response. Either can be
 * lost, a request can arrive after the client was told that the connection broke, and a call can be left without an answer.
 */
export class SimulatedServer implements EventStoreCalls {
  readonly #simulation: Simulation;
  readonly #store: EventStore;
  #calls = 0;

  constructor(simulation: Simulation, store: EventStore) {
    this.#simulation = simulation;
    this.#store = store;
  }

  append(appends: readonly Uint8Array[], init: CallInit): Promise<readonly AppendOutcome[]> {
    return this.#call(`append of ${appends.length}`, init, () =>
      Promise.all(decoded(appends).map((append, i) => this.#append(append, i))),
    );
  }

  head(_: string, init: CallInit): Promise<bigint> {
    return this.#call("head", init, () => this.#store.head());
  }

  readStream(_: string, request: ReadStreamRequest, init: CallInit): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(`read of ${request.aggregateId} from ${request.from ?? 1n}`, init, () =>
      this.#store.readStream(request),
    );
  }

  readAll(_: string, request: ReadAllRequest, init: CallInit): AsyncIterable<readonly RecordedEvent[]> {
    return this.#read(`read from ${request.from ?? 1n}`, init, () => this.#store.readAll(request));
  }

  async *subscribe(
    _: string,
    request: SubscribeRequest,
    init: CallInit,
  ): AsyncGenerator<FollowMessage<readonly RecordedEvent[]>, void, undefined> {
    const call = this.#begin(`subscription after ${request.after}`);
    await this.#arrival(call, "arrives", init, true);
    for await (const message of this.#store.subscribe(request, { signal: init.signal })) {
      await this.#arrival(call, "brings a message", init, true);
      yield message.kind === "event" ? { kind: "batch", batch: [message.event] } : message;
    }
  }

  async #append({ request }: TenantAppend, place: number): Promise<AppendResult | EventStoreError> {
    const isFull = this.#simulation.strikes("server", `has no room for append ${place + 1}`);
    if (isFull) return new ResourceExhaustedError("No room.", { retryDelayMs: 20 });
    return await this.#store.append(request).catch(EventStoreError.from);
  }

  async *#read(
    what: string,
    init: CallInit,
    events: () => AsyncIterable<RecordedEvent>,
  ): AsyncGenerator<readonly RecordedEvent[], void, undefined> {
    const call = this.#begin(what);
    await this.#arrival(call, "arrives", init);
    for await (const event of events()) {
      await this.#arrival(call, "brings an event", init);
      yield [event];
    }
  }

  async #call<T>(what: string, init: CallInit, answer: () => Promise<T>): Promise<T> {
    const simulation = this.#simulation;
    const call = this.#begin(what);
    const fault = simulation.oneOf(call, [undefined, requestLost, responseLost, late, silent]);
    if (fault === silent) return await silence(init);
    await simulation.turn(call, fault === late ? "hears that its connection broke" : "arrives");
    if (fault === late) void simulation.turn(call, "arrives late").then(answer);
    if (fault === late || fault === requestLost) throw broken();
    if (init.signal.aborted) throw cancelled();
    const answered = await answer();
    await simulation.turn(call, "is answered");
    if (fault === responseLost) throw broken();
    if (init.signal.aborted) throw cancelled();
    return answered;
  }

  /** A part of a stream's way to the client, on which it can break; a subscription can also fall silent. */
  async #arrival(call: string, what: string, init: CallInit, mayBeSilent = false): Promise<void> {
    const fault = mayBeSilent
      ? this.#simulation.oneOf(call, [undefined, breaks, fallsSilent])
      : this.#simulation.oneOf(call, [undefined, breaks]);
    if (fault === fallsSilent) await silence(init);
    await this.#simulation.turn(call, what);
    if (fault === breaks) throw broken();
    if (init.signal.aborted) throw cancelled();
  }

  #begin(what: string): string {
    return `call ${++this.#calls}, ${what},`;
  }
}

const elementTag = Uint8Array.of(0x0a);

/** What a server makes of the messages of a call: the elements of a batch. */
export function decoded(appends: readonly Uint8Array[]): TenantAppend[] {
  return decodeAppendBatch(Buffer.concat(appends.flatMap((append) => [elementTag, append])));
}

/** Nobody answers: until the call's time is up, or nobody waits for it any more. */
function silence({ signal, timeoutMs }: CallInit): Promise<never> {
  return new Promise((_, reject) => {
    const timer =
      timeoutMs === undefined
        ? undefined
        : setTimeout(() => reject(new ConnectError("no answer", Code.DeadlineExceeded)), timeoutMs);
    const abort = (): void => {
      clearTimeout(timer);
      reject(cancelled());
    };
    if (signal.aborted) abort();
    else signal.addEventListener("abort", abort, { once: true });
  });
}

function broken(): ConnectError {
  return new ConnectError("The connection broke.", Code.Unavailable);
}

function cancelled(): ConnectError {
  return new ConnectError("The call was cancelled.", Code.Canceled);
}
