import {
  type CallOptions,
  type EventStore,
  type ReadModelStore,
  type SubscriptionMessage,
  UnavailableError,
} from "@leftfold/core";
import type { Simulation } from "@leftfold/testing/simulation";

const lost = "is lost";
const unheard = "takes effect, and nobody hears of it";
const late = "takes effect later than it is heard to be lost";

/**
 * A process at a distance from its stores: each call takes a turn, and a commit one more for its answer. A process that is
 * killed hears nothing any more, and what it had not sent by then is never sent.
 */
export class SimulatedProcess {
  readonly #simulation: Simulation;
  readonly #who: string;
  #isKilled = false;

  constructor(simulation: Simulation, who: string) {
    this.#simulation = simulation;
    this.#who = who;
  }

  kill(): void {
    this.#isKilled = true;
  }

  store(store: EventStore): EventStore {
    const read = <T>(what: string, effect: () => Promise<T>): Promise<T> => this.#read(what, effect);
    return {
      append: (request, options) => read("appends", () => store.append(request, options)),
      head: (options) => read("asks for the head", () => store.head(options)),
      readStream: (request, options) => store.readStream(request, options),
      readAll: (request, options) => store.readAll(request, options),
      subscribe: (request, options) => this.#messages(store.subscribe(request, options), options),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  readModels(store: ReadModelStore): ReadModelStore {
    const read = <T>(what: string, effect: () => Promise<T>): Promise<T> => this.#read(what, effect);
    return {
      define: (model, options) => read(`defines ${model.name}`, () => store.define(model, options)),
      checkpoint: (id, options) =>
        read(`asks for ${id.name}'s checkpoint`, () => store.checkpoint(id, options)),
      getMany: (model, keys, options) =>
        read(`loads ${keys.join()} of ${model.name}`, () => store.getMany(model, keys, options)),
      find: (model, query, options) =>
        read(`looks into ${model.name}`, () => store.find(model, query, options)),
      count: (model, where, options) => read("counts", () => store.count(model, where, options)),
      activeVersion: (name, options) => read("asks what is active", () => store.activeVersion(name, options)),
      activate: (id, options) => read("activates", () => store.activate(id, options)),
      drop: (id, options) => read("drops", () => store.drop(id, options)),
      commit: (commit, options) =>
        this.#write(`commits ${commit.checkpoint.name} ${commit.from} to ${commit.to}`, () =>
          store.commit(commit, options),
        ),
      [Symbol.asyncDispose]: async () => undefined,
    };
  }

  async #read<T>(what: string, effect: () => Promise<T>): Promise<T> {
    const isLost = this.#simulation.strikes(this.#who, lost);
    await this.#turn(what);
    if (isLost) throw unavailable();
    return await effect();
  }

  async #write<T>(what: string, effect: () => Promise<T>): Promise<T> {
    const fault = this.#simulation.oneOf(this.#who, [undefined, lost, unheard, late]);
    await this.#turn(what);
    if (fault === late)
      void this.#simulation
        .turn(this.#who, `${what}, late`)
        .then(effect)
        .catch(() => undefined);
    if (fault === lost || fault === late) throw unavailable();
    const result = await effect();
    await this.#turn("is answered");
    if (fault === unheard) throw unavailable();
    return result;
  }

  async *#messages(
    messages: AsyncIterable<SubscriptionMessage>,
    options: CallOptions | undefined,
  ): AsyncGenerator<SubscriptionMessage, void, undefined> {
    for await (const message of messages) {
      const breaks = this.#simulation.strikes(this.#who, "loses its subscription");
      await this.#turn(`is brought ${message.kind === "event" ? message.event.globalNonce : message.kind}`);
      options?.signal?.throwIfAborted();
      if (breaks) throw unavailable();
      yield message;
    }
  }

  /** A turn that nobody takes once the process is killed. */
  async #turn(what: string): Promise<void> {
    if (!this.#isKilled) await this.#simulation.turn(this.#who, what);
    if (this.#isKilled) await new Promise(() => undefined);
  }
}

function unavailable(): UnavailableError {
  return new UnavailableError("The connection broke.");
}
