import type { CallOptions, EventStore, ReadModelId, ReadModelStore } from "@leftfold/core";
import type { RetryPolicy } from "../retry.ts";
import type { Partition } from "./document-worker.ts";
import { isRetryable, retrying } from "./failure.ts";
import { claimPartitionCount } from "./partition-count.ts";
import { type PartitionOptions, PartitionShares } from "./partition-shares.ts";
import { type ConsumerState, Progress } from "./progress.ts";
import { committedUpTo, higher, lower } from "./wait-for-position.ts";

/** How a runner is doing. */
export interface RunnerStatus {
  readonly state: ConsumerState;
  /** Everything up to here is processed by this runner's part; the lowest of its partitions. */
  readonly checkpoint: bigint;
  /** The end of the log, as far as this runner has heard of it. */
  readonly head: bigint;
  /** How many events of the log lie between the two, of all kinds. */
  readonly lag: bigint;
  /** The part of the log that is behind it, from 0 to 1; 0 until it has looked. Exact: logs have no holes. */
  readonly progress: number;
  /** Events that had an effect or were put aside, since the start. */
  readonly processed: number;
  /** How often another runner was ahead. */
  readonly conflicts: number;
  /** How often it began again after a failure that may pass. */
  readonly retries: number;
  /** Events that are put aside, as far as this runner knows. */
  readonly parked: number;
  /** The partitions that this runner works on; undefined when they are not shared. */
  readonly partitions: readonly number[] | undefined;
  /** What it failed with, or waits for to pass. */
  readonly error: unknown;
}

export interface RunnerSetting {
  readonly id: ReadModelId;
  readonly store: EventStore;
  readonly readModels: ReadModelStore<never>;
  readonly partitions: PartitionOptions | undefined;
  /** For what may pass. */
  readonly restart: RetryPolicy;
  /** Makes ready what consumers need. */
  readonly prepare: (signal: AbortSignal) => Promise<void>;
  /** Works on a partition, or on everything, until it is aborted. */
  readonly consume: (
    partition: Partition | undefined,
    progress: Progress,
    signal: AbortSignal,
  ) => Promise<void>;
}

/** Runs a projection or a process in this process: alone, or sharing its partitions with other runners. */
export class Runner implements AsyncDisposable {
  readonly #setting: RunnerSetting;
  readonly #consumers = new Map<number, Progress>();
  #overall: Progress = new Progress();
  #shares: PartitionShares | undefined;
  #stopping = new AbortController();
  #running: Promise<void> | undefined;
  #isPrepared = false;

  constructor(setting: RunnerSetting) {
    this.#setting = setting;
  }

  /** Begins, or goes on after a stop or a failure. Does nothing while it runs. */
  start(): void {
    if (this.#running !== undefined) return;
    this.#stopping = new AbortController();
    this.#overall.state = "starting";
    this.#overall.error = undefined;
    this.#running = this.#run(this.#stopping.signal).then(
      () => this.#ended("stopped", undefined),
      (error: unknown) => this.#ended("failed", error),
    );
  }

  /** Ends the work once what was committed has arrived. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#overall.state = this.#overall.state === "failed" ? "failed" : "stopped";
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }

  status(): RunnerStatus {
    const consumers = this.#consumers.size === 0 ? [this.#overall] : [...this.#consumers.values()];
    const checkpoint = consumers.map((each) => each.checkpoint).reduce(lower);
    const head = consumers.map((each) => each.head).reduce(higher, this.#overall.head);
    const sum = (count: (progress: Progress) => number): number =>
      consumers.reduce((total, each) => total + count(each), 0);
    const isOver = this.#running === undefined || this.#overall.state === "failed";
    const state = isOver ? this.#overall.state : slowest(consumers);
    return {
      state,
      checkpoint,
      head,
      lag: head - checkpoint,
      progress: head > 0n ? Number((checkpoint * 10_000n) / head) / 10_000 : state === "starting" ? 0 : 1,
      processed: sum(({ processed }) => processed),
      conflicts: sum(({ conflicts }) => conflicts),
      retries: sum(({ retries }) => retries),
      parked: Math.max(...consumers.map(({ parked }) => parked)),
      partitions: this.#shares?.owned,
      error:
        this.#overall.error ??
        consumers.find(({ error }) => error !== undefined)?.error ??
        (isOver ? undefined : this.#shares?.trouble),
    };
  }

  /**
   * Waits until everything up to a position is processed, whichever runner does it: what a command has written is then in the read
   * model.
   *
   * @param position such as the `lastGlobalNonce` of an append.
   * @throws the runner's failure; `deadline-exceeded`; the signal's reason.
   */
  async waitFor(position: bigint, options?: CallOptions): Promise<void> {
    const { readModels, id } = this.#setting;
    await this.#overall.until(
      async () => {
        this.#throwIfFailed();
        if (this.#consumers.size > 0 && !this.#shares && this.status().checkpoint >= position) return true;
        const committed = await ifReachable(committedUpTo(readModels, id, options));
        return committed !== undefined && committed >= position;
      },
      pollMs,
      options,
    );
  }

  /**
   * Waits until it has begun, and everything that the log holds then is processed.
   *
   * @throws the runner's failure; `deadline-exceeded`; the signal's reason.
   */
  async caughtUp(options?: CallOptions): Promise<void> {
    let head: bigint | undefined;
    await this.#overall.until(
      async () => {
        this.#throwIfFailed();
        if (this.#isPrepared) head = await ifReachable(this.#setting.store.head(options));
        return head !== undefined;
      },
      pollMs,
      options,
    );
    await this.waitFor(head!, options);
  }

  /**
   * Waits until it no longer runs.
   *
   * @throws what it failed with.
   */
  async ended(): Promise<void> {
    await this.#running;
    this.#throwIfFailed();
  }

  async #run(signal: AbortSignal): Promise<void> {
    const { id, readModels, partitions, prepare, restart } = this.#setting;
    this.#consumers.clear();
    this.#isPrepared = false;
    await retrying(restart, signal, async () => {
      await prepare(signal);
      await claimPartitionCount(readModels as ReadModelStore, id, partitions?.count ?? 1);
    });
    this.#isPrepared = true;
    this.#overall.wakeAll();
    if (partitions === undefined) return this.#consume(undefined, signal);
    const { count } = partitions;
    const name = `leftfold/${id.name}@${id.version}`;
    this.#shares = new PartitionShares(name, partitions, (index, ending) =>
      this.#consume({ index, count }, AbortSignal.any([ending, signal])),
    );
    await this.#shares.run(signal);
  }

  async #consume(partition: Partition | undefined, signal: AbortSignal): Promise<void> {
    const progress = new Progress(this.#overall);
    const index = partition?.index ?? 0;
    this.#consumers.set(index, progress);
    try {
      await this.#setting.consume(partition, progress, signal);
    } finally {
      if (partition !== undefined) this.#consumers.delete(index);
    }
  }

  #ended(state: "stopped" | "failed", error: unknown): void {
    this.#overall.state = state;
    this.#overall.error = error;
    this.#running = undefined;
    this.#overall.wakeAll();
  }

  #throwIfFailed(): void {
    if (this.#overall.state === "failed") throw this.#overall.error;
  }
}

/** Undefined when a store cannot be reached. The runner bears that for a while, and so does whoever waits for it. */
async function ifReachable<T>(asking: Promise<T>): Promise<T | undefined> {
  try {
    return await asking;
  } catch (error) {
    if (isRetryable(error)) return undefined;
    throw error;
  }
}

/** How often to ask how far other runners are. */
const pollMs = 50;

const fromSlowest: readonly ConsumerState[] = [
  "failed",
  "retrying",
  "starting",
  "standing-by",
  "catching-up",
  "live",
  "stopped",
];

/** The state of several consumers is that of the one that is least far. */
function slowest(consumers: readonly Progress[]): ConsumerState {
  return fromSlowest.find((state) => consumers.some((each) => each.state === state))!;
}
