import type { CallOptions, EventStore } from "@leftfold/core";
import type { Foldable } from "../aggregate/aggregate.ts";
import { type AggregateRoot, type RootOrigin, RootRejection } from "../aggregate/aggregate-root.ts";
import type { EventSchemas } from "../aggregate/event-schemas.ts";
import { load } from "../aggregate/load.ts";
import type { Outcome, Rejection } from "../aggregate/outcome.ts";
import type { CommandOptions } from "./command-options.ts";
import { type AggregateCommandResult, executeOn } from "./execute-on.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

/** A class of roots: one that extends `AggregateRoot.of(…)`. */
export type AggregateRootClass<
  E extends EventSchemas,
  State,
  Root extends AggregateRoot<E, State> = AggregateRoot<E, State>,
> = (new (
  origin: RootOrigin<E, State>,
) => Root) & {
  readonly aggregate: Foldable<string, E, State>;
};

/** The aggregates of one class of roots in one store. */
export interface RootRepository<E extends EventSchemas, State, Root> {
  /** Loads a root, lets it be acted on, and appends what it emitted; anew after a conflict. */
  execute(
    aggregateId: string,
    act: (root: Root) => void,
    options?: CommandOptions & { readonly name?: string },
  ): Promise<AggregateCommandResult<E, State>>;
  /** A root to look at: what it emits is not written. */
  load(aggregateId: string, options?: CallOptions): Promise<Root>;
}

/** Opens the aggregates of a class of roots in a store. */
export function rootRepository<E extends EventSchemas, State, Root extends AggregateRoot<E, State>>(
  store: EventStore,
  Root: AggregateRootClass<E, State, Root>,
  defaults: CommandOptions = {},
): RootRepository<E, State, Root> {
  const { aggregate } = Root;
  return {
    execute(aggregateId, act, { name = aggregate.type, ...options } = {}) {
      const ref = { aggregate, aggregateId };
      const decide = (state: State, nonce: bigint): Outcome<E> => {
        const root = new Root({ ref, state, nonce });
        return rejectionOf(() => act(root)) ?? root.emitted;
      };
      return executeOn(store, name, ref, decide, { ...defaults, ...options });
    },
    async load(aggregateId, options) {
      const ref = { aggregate, aggregateId };
      return new Root({ ref, ...(await load<E, State>(store, ref, snapshotSetting(defaults), options)) });
    },
  };
}

function rejectionOf(act: () => void): Rejection | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof RootRejection) return error.rejection;
    throw error;
  }
}
