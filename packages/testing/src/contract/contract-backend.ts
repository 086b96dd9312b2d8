import { defaultLimits, type EventStoreBackend, type Limits } from "@leftfold/core";
import { freshSeed } from "../builders/seeded-random.ts";

/**
 * What the contract runs over: one backend, or several on the same logs, such as two servers on one database.
 * Calls then go through them at random, which proves that they behave as one store.
 *
 * Afterwards every backend is disposed, the last one first, and then what came with them.
 */
export type ContractBackend = readonly EventStoreBackend[] | ContractBackendWithPeer;

export interface ContractBackendWithPeer extends Partial<AsyncDisposable> {
  readonly backend: EventStoreBackend;
  /** Another backend on the same logs. */
  readonly peer?: EventStoreBackend | undefined;
}

export interface EventStoreContractOptions {
  /** What implements the contract, as test names show it. */
  readonly name: string;
  /**
   * Gives backends that hold nothing else. It is called once for most of the tests, which keep apart by using
   * tenants of their own, and again for each test that disposes its backend.
   */
  readonly makeBackend: () => Promise<ContractBackend>;
  /** After how long a silence the backend sends a checkpoint; 100 when absent. Give the backend 50 to 100. */
  readonly heartbeatMs?: number | undefined;
  /** The limits that the backend was given; the contract's defaults when absent. */
  readonly limits?: Limits | undefined;
  /** What draws are made from; a fresh one when absent. A failing test tells it. */
  readonly seed?: number | undefined;
}

/** The options with what their absence means. */
export interface ContractSettings {
  readonly makeBackend: () => Promise<ContractBackend>;
  readonly heartbeatMs: number;
  readonly limits: Limits;
  readonly seed: number;
}

export function contractSettings(options: EventStoreContractOptions): ContractSettings {
  const { makeBackend, heartbeatMs = 100, limits = defaultLimits, seed = freshSeed() } = options;
  return { makeBackend, heartbeatMs, limits, seed };
}

export function backendsOf(made: ContractBackend): readonly EventStoreBackend[] {
  if (!("backend" in made)) return made;
  return made.peer === undefined ? [made.backend] : [made.backend, made.peer];
}

/** Disposes the backends, the last one first, and then what came with them. */
export async function disposeBackends(made: ContractBackend): Promise<void> {
  for (const backend of backendsOf(made).toReversed()) await backend[Symbol.asyncDispose]();
  if ("backend" in made) await made[Symbol.asyncDispose]?.();
}
