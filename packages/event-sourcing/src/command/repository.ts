import { type CallOptions, type EventStore, uint32Max } from "@leftfold/core";
import type { Aggregate, AggregateRef, Commands } from "../aggregate/aggregate.ts";
import type { EventSchemas } from "../aggregate/event-schemas.ts";
import { type HistoryEntry, historyOf } from "../aggregate/history.ts";
import { catchUp, fresh, load } from "../aggregate/load.ts";
import type { Outcome } from "../aggregate/outcome.ts";
import type { UnlessUnknown } from "../aggregate/unknown-commands.ts";
import type { Loaded } from "../snapshots.ts";
import type { CommandOptions } from "./command-options.ts";
import { type AggregateCommandResult, executeOn } from "./execute-on.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

/** One aggregate's commands, each with its own arguments. */
export type BoundCommands<E extends EventSchemas, State, C> = {
  readonly [K in keyof C]: C[K] extends (
    state: never,
    ...args: infer Args extends readonly unknown[]
  ) => unknown
    ? (...args: Args) => Promise<AggregateCommandResult<E, State>>
    : never;
};

/** The aggregates of one definition in one store. */
export interface Repository<E extends EventSchemas, State, C> {
  /** The commands of one aggregate: each loads it, decides, and appends. */
  at(aggregateId: string, options?: CommandOptions): UnlessUnknown<C, BoundCommands<E, State, C>>;
  /** Runs a decision that is no command of the definition. It is pure: it runs again after a conflict. */
  execute(
    aggregateId: string,
    decide: (state: State, nonce: bigint) => Outcome<E>,
    options?: CommandOptions & {
      /** What the command is called in errors and hooks; the aggregate's type when absent. */
      readonly name?: string;
    },
  ): Promise<AggregateCommandResult<E, State>>;
  /** The state after the last event; the initial state at nonce 0 when there is none. */
  load(aggregateId: string, options?: CallOptions): Promise<Loaded<State>>;
  /** Whether it has any event. */
  exists(aggregateId: string, options?: CallOptions): Promise<boolean>;
  /** Its events in order, decoded, each with what was recorded of it. */
  history(aggregateId: string, options?: CallOptions): AsyncIterable<HistoryEntry<E>>;
  /**
   * The state after the event of this nonce, or after the last one if it has not so many; 0 is the initial
   * state.
   */
  stateAt(aggregateId: string, nonce: bigint, options?: CallOptions): Promise<Loaded<State>>;
}

/** The repository of a definition, for the types of parameters: `RepositoryOf<typeof Account>`. */
export type RepositoryOf<Definition> =
  Definition extends Aggregate<string, infer E, infer State, infer C> ? Repository<E, State, C> : never;

/**
 * Opens the aggregates of a definition in a store.
 *
 * @param defaults for all commands; what a command's own options name goes before them.
 */
export function repository<E extends EventSchemas, State, C extends Commands<E, State>>(
  store: EventStore,
  aggregate: Aggregate<string, E, State, C>,
  defaults: CommandOptions = {},
): Repository<E, State, C> {
  const repo: Repository<E, State, C> = {
    at(aggregateId, options) {
      const bound = Object.entries<Commands<E, State>[string]>(aggregate.commands).map(([name, decide]) => [
        name,
        (...args: never[]) =>
          repo.execute(aggregateId, (state) => decide(state, ...args), {
            ...options,
            name: `${aggregate.type}.${name}`,
          }),
      ]);
      // Each command under its own name, with the arguments that its definition has.
      return Object.fromEntries(bound) as BoundCommands<E, State, C>;
    },
    execute(aggregateId, decide, { name = aggregate.type, ...options } = {}) {
      const setting = { ...defaults, ...options };
      return executeOn(store, name, { aggregate, aggregateId }, decide, setting);
    },
    load: (aggregateId, options) =>
      load(store, { aggregate, aggregateId }, snapshotSetting(defaults), options),
    async exists(aggregateId, options) {
      const request = { aggregateType: aggregate.type, aggregateId, maxCount: 1 };
      for await (const _ of store.readStream(request, options)) return true;
      return false;
    },
    history: (aggregateId, options) => historyOf(store, { aggregate, aggregateId }, options),
    stateAt: (aggregateId, nonce, options) => stateAt(store, { aggregate, aggregateId }, nonce, options),
  };
  return repo;
}

async function stateAt<E extends EventSchemas, State>(
  store: EventStore,
  ref: AggregateRef<E, State>,
  nonce: bigint,
  options: CallOptions | undefined,
): Promise<Loaded<State>> {
  const { aggregate } = ref;
  if (nonce <= 0n) return fresh(aggregate);
  if (nonce > BigInt(uint32Max)) return catchUp(store, ref, fresh(aggregate), options);
  return catchUp(store, ref, fresh(aggregate), options, Number(nonce));
}
