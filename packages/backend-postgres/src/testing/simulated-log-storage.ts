import type { Simulation } from "@leftfold/testing/simulation";
import type { BatchCommit } from "../commit-batch.ts";
import type { KnownHead } from "../load-facts.ts";
import type { LogAccess, LogStorage } from "../log-storage.ts";
import type { SimulatedLog } from "./simulated-log.ts";

/** Statements of a lane that may wait for their answers at once. */
const laneMax = 2;

const lost = "its connection breaks before the statement arrives";
const unheard = "its connection breaks before the answer is back";
const late = "its connection breaks, and the statement arrives later";
const serialised = "PostgreSQL refuses it for another transaction's sake";

type Effect<T> = () => T | Promise<T>;

/**
 * One server's connections to a simulated log. Each statement takes two turns, one on its way there and one for the answer on
 * its way back. On either it can be lost with its connection; a write can also arrive after its connection broke.
 */
export class SimulatedLogStorage implements LogStorage {
  readonly lane: LogAccess;
  readonly pool: LogAccess;
  readonly #simulation: Simulation;
  readonly #log: SimulatedLog;
  readonly #who: string;
  /** Resolves when the last statement of the lane has arrived, and when it was answered. */
  #arrived: Promise<void> = Promise.resolve();
  #answered: Promise<void> = Promise.resolve();
  #onLane = 0;

  constructor(simulation: Simulation, who: string, log: SimulatedLog) {
    this.#simulation = simulation;
    this.#who = who;
    this.#log = log;
    this.pool = this.#access((run) => run(() => undefined));
    this.lane = this.#access((run) => this.#inOrder(run));
  }

  async locked<T>(work: (log: LogAccess, head: KnownHead) => Promise<T>): Promise<T> {
    const simulation = this.#simulation;
    const isLong = simulation.strikes(this.#who, "the lock is not had in time");
    await simulation.turn(this.#who, "asks for the lock");
    if (isLong) throw driverError("55P03");
    const unlock = await this.#log.lock();
    // PostgreSQL may hear of a connection that broke later than the one whose it was.
    const rollBack = (): void => void simulation.turn(this.#who, "is rolled back").then(unlock);
    let staged: BatchCommit | undefined;
    let isEnding = false;
    const write = (commit: BatchCommit): boolean => {
      staged = commit;
      return this.#log.check(commit) !== undefined;
    };
    const end = (): void => {
      if (staged !== undefined && !this.#log.writeLocked(staged))
        simulation.fail(new Error("The head moved under its lock."));
      unlock();
    };
    try {
      await simulation.turn(this.#who, "has the lock");
      const log = {
        ...this.pool,
        commit: (commit: BatchCommit) => this.#read("writes, locked", () => write(commit)),
      };
      const result = await work(log, this.#log.head);
      isEnding = true;
      await this.#write("commits what it wrote, locked", end, { undone: rollBack });
      return result;
    } finally {
      if (!isEnding) rollBack();
    }
  }

  #access(sent: <T>(run: (arrived: () => void) => Promise<T>) => Promise<T>): LogAccess {
    const log = this.#log;
    return {
      loadFacts: (wanted) => sent((arrived) => this.#read("loads facts", () => log.facts(wanted), arrived)),
      readHead: () => sent((arrived) => this.#read("looks at the head", () => log.head, arrived)),
      commit: (commit) => {
        const what = `commits ${commit.known.nonce + 1n} to ${commit.next.nonce}`;
        return sent((arrived) => this.#write(what, () => log.write(commit), { arrived }));
      },
    };
  }

  /** Statements of a lane arrive in the order in which they are sent, and are answered in it. */
  async #inOrder<T>(run: (arrived: () => void) => Promise<T>): Promise<T> {
    if (++this.#onLane > laneMax)
      this.#simulation.fail(new Error(`${this.#who} sent ${this.#onLane} statements at once.`));
    const before = { arrived: this.#arrived, answered: this.#answered };
    const arrived = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    this.#arrived = arrived.promise;
    this.#answered = answered.promise;
    await before.arrived;
    try {
      return await run(arrived.resolve);
    } finally {
      arrived.resolve();
      await before.answered;
      answered.resolve();
      this.#onLane--;
    }
  }

  /** A statement that may be lost. */
  async #read<T>(what: string, effect: Effect<T>, arrived?: () => void): Promise<T> {
    const isLost = this.#simulation.strikes(this.#who, lost);
    await this.#simulation.turn(this.#who, what);
    if (isLost) throw driverError("CONNECTION_CLOSED");
    const result = await effect();
    arrived?.();
    await this.#simulation.turn(this.#who, "is answered");
    return result;
  }

  /** A statement of which whoever sent it may not hear whether it had its effect. */
  async #write<T>(
    what: string,
    effect: Effect<T>,
    { arrived, undone }: { readonly arrived?: () => void; readonly undone?: () => void },
  ): Promise<T> {
    const simulation = this.#simulation;
    const fault = simulation.oneOf(this.#who, [undefined, lost, unheard, late, serialised]);
    await simulation.turn(this.#who, fault === late ? "hears that its connection broke" : what);
    if (fault === late) {
      void simulation
        .turn(this.#who, `${what}, late`)
        .then(effect)
        .catch(() => undefined);
      throw driverError("CONNECTION_CLOSED");
    }
    if (fault === lost || fault === serialised) {
      undone?.();
      throw driverError(fault === lost ? "CONNECTION_CLOSED" : "40001");
    }
    const result = await effect();
    arrived?.();
    await simulation.turn(this.#who, "is answered");
    if (fault === unheard) throw driverError("CONNECTION_CLOSED");
    return result;
  }
}

function driverError(code: string): Error {
  return Object.assign(new Error(code), { code });
}
