import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { type EventStore, EventStoreError, type ReadModelStore } from "@leftfold/core";
import {
  defineProjection,
  parkedEvents,
  type Runner,
  replayParked,
  runProjection,
} from "@leftfold/event-sourcing";
import { collect } from "@leftfold/testing";
import type { Scenario, Simulation } from "@leftfold/testing/simulation";
import { Account, appendDeposits, balances } from "../projections/account.ts";
import { SimulatedProcess } from "./simulated-process.ts";

const keys = ["ann", "ben"];

/** What a seeded bug makes of a process' read models. */
export type ReadModelsBug = (readModels: ReadModelStore) => ReadModelStore;

export interface SimulatedRunnersOptions {
  readonly bug?: ReadModelsBug;
  /** Some amounts are not understood at first, and their events put aside. */
  readonly parks?: boolean;
}

/** Two runners of one projection that get in each other's way, are killed at any step, and started again. */
export function simulatedRunners({
  bug = (sound) => sound,
  parks = false,
}: SimulatedRunnersOptions = {}): Scenario {
  return async (simulation) => {
    await using backend = memoryBackend({ heartbeatMs: 5_000 });
    const world = new RunnerWorld(simulation, backend.tenant("t"), bug, parks);
    await Promise.all([world.write(), world.run("runner 1"), world.run("runner 2"), world.replay()]);
    await world.check();
  };
}

class RunnerWorld {
  readonly #simulation: Simulation;
  readonly #log: EventStore;
  readonly #stored = memoryReadModels();
  readonly #bug: ReadModelsBug;
  readonly #parks: boolean;
  #isRepaired = false;
  #written: bigint | undefined;

  constructor(simulation: Simulation, log: EventStore, bug: ReadModelsBug, parks: boolean) {
    this.#simulation = simulation;
    this.#log = log;
    this.#parks = parks;
    this.#bug = bug;
  }

  async write(): Promise<void> {
    const count = this.#simulation.pick([3, 2, 4, 5]);
    let last = 0n;
    for (let i = 0; i < count; i++) {
      await this.#simulation.turn("writer", "appends");
      const aggregateId = this.#simulation.pick(["ann", "ben"]);
      const amount = this.#parks ? this.#simulation.pick([1, 13, 2]) : 1 + i;
      last = (await appendDeposits(this.#log, aggregateId, amount)).lastGlobalNonce;
    }
    this.#written = last;
  }

  /** Runs the projection until everything is processed, through deaths of the process. */
  async run(who: string): Promise<void> {
    for (let lives = this.#simulation.pick([1, 2, 3]); lives > 1; lives--) {
      const process = new SimulatedProcess(this.#simulation, who);
      void this.#start(process);
      await this.#simulation.turn(who, "is killed");
      process.kill();
    }
    const process = new SimulatedProcess(this.#simulation, who);
    await using runner = this.#start(process);
    await this.#untilWritten();
    this.#repair();
    await runner.waitFor(this.#written!);
  }

  /** Replays what is parked, while the runners go on, and may be in the middle of parking. */
  async replay(): Promise<void> {
    const process = new SimulatedProcess(this.#simulation, "operator");
    const [log, readModels] = [process.store(this.#log), process.readModels(this.#stored)];
    for (let left = this.#parks ? this.#simulation.pick([1, 2, 0]) : 0; left > 0; left--) {
      await this.#simulation.turn("operator", "replays what is parked of ann");
      this.#repair();
      await replayParked(log, readModels, this.#projection(), "ann").catch((error: unknown) => {
        if (!(error instanceof EventStoreError && error.retryable)) throw error;
      });
    }
  }

  /** Every event had its effect once and in order, as if there had been nobody but one runner. */
  async check(): Promise<void> {
    if (this.#parks) await this.#replayRest();
    const checkpoint = await this.#stored.checkpoint(balances);
    if (checkpoint !== this.#written)
      throw new Error(`The checkpoint is ${checkpoint}, and not ${this.#written}.`);
    const events = await collect(this.#log.readAll());
    const documents = await this.#stored.getMany(balances, keys);
    for (const key of keys) {
      const own = events
        .filter(({ aggregateId }) => aggregateId === key)
        .map(({ payload }) => amountOf(payload));
      const due = own.length === 0 ? undefined : { amounts: own };
      const found = documents.get(key);
      if (JSON.stringify(found) !== JSON.stringify(due))
        throw new Error(`${key} is ${JSON.stringify(found)}, and was to be ${JSON.stringify(due)}.`);
    }
  }

  #start(process: SimulatedProcess): Runner {
    const readModels = this.#bug(process.readModels(this.#stored));
    return runProjection(process.store(this.#log), readModels, this.#projection(), {
      batch: { eventsMax: 2 },
      ...(this.#parks && { onError: { policy: "park" as const, retry: { attemptsMax: 1 } } }),
    });
  }

  #projection() {
    return defineProjection({
      name: balances.name,
      version: balances.version,
      of: [Account],
      key: ({ aggregateId }) => aggregateId,
      initial: { amounts: [] as readonly number[] },
      on: {
        MoneyDeposited: ({ amounts }, { amount }) => {
          if (amount === 13 && !this.#isRepaired) throw new Error("13 is not understood.");
          return { amounts: [...amounts, amount] };
        },
      },
    });
  }

  #repair(): void {
    if (this.#isRepaired) return;
    this.#isRepaired = true;
    this.#simulation.note("operator", "corrects the projection");
  }

  async #replayRest(): Promise<void> {
    for (const key of keys) await replayParked(this.#log, this.#stored, this.#projection(), key);
    const left = await collect(parkedEvents(this.#stored, balances));
    if (left.length > 0) throw new Error(`${left.length} events are parked, though all can be processed.`);
  }

  async #untilWritten(): Promise<void> {
    while (this.#written === undefined) await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function amountOf(payload: Uint8Array): number {
  return (JSON.parse(new TextDecoder().decode(payload)) as { amount: number }).amount;
}
