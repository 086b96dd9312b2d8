import type { AppendResult, ConcurrencyConflictError, EventStore } from "@leftfold/core";
import type { AggregateRef } from "../aggregate/aggregate.ts";
import { type Advanced, advance, appendTo } from "../aggregate/appended.ts";
import type { EventOf, EventSchemas } from "../aggregate/event-schemas.ts";
import { catchUp, fresh, load } from "../aggregate/load.ts";
import { eventsOf, isRejection, type Outcome } from "../aggregate/outcome.ts";
import { keepSnapshot, type Loaded } from "../snapshots.ts";
import { type AggregateEvents, eventsAt } from "./aggregate-events.ts";
import type { CommandOptions } from "./command-options.ts";
import { type CommandResult, type Plan, runCommand } from "./run-command.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

/** What became of a command to one aggregate. */
export interface AggregateCommandResult<E extends EventSchemas, State>
  extends CommandResult<AggregateEvents<string, EventOf<E>>>,
    Loaded<State> {
  /** What it recorded; empty when it had nothing to do, or was done before. */
  readonly events: readonly EventOf<E>[];
}

/** Runs a decision on one aggregate: loads it, decides, appends. */
export async function executeOn<E extends EventSchemas, State>(
  store: EventStore,
  name: string,
  ref: AggregateRef<E, State>,
  decide: (state: State, nonce: bigint) => Outcome<E>,
  options: CommandOptions,
): Promise<AggregateCommandResult<E, State>> {
  const snapshots = snapshotSetting(options);
  let loaded = fresh(ref.aggregate);
  let after: Advanced<E, State> = { ...loaded, events: [] };
  let isLoaded = false;
  const planner = async (
    conflict: ConcurrencyConflictError | undefined,
  ): Promise<Plan<AggregateEvents<string, EventOf<E>>>> => {
    // After a conflict only what came since is read; all of it when the state was ahead of the store.
    if (isLoaded && isBehind(conflict, loaded.nonce)) loaded = await catchUp(store, ref, loaded, options);
    else loaded = await load(store, ref, isLoaded ? undefined : snapshots, options);
    isLoaded = true;
    const outcome = decide(loaded.state, loaded.nonce);
    if (isRejection(outcome)) return { rejection: outcome, appends: [], isTorn: false };
    const append = appendTo(ref, loaded.nonce, eventsOf(outcome));
    // Folded before it is written: what its own definition fails on is never recorded.
    after = advance(ref, loaded, append);
    const { events } = after;
    // The events are those that were decoded above.
    const recorded = (result: AppendResult) =>
      eventsAt([events], result) as readonly AggregateEvents<string, EventOf<E>>[];
    return { appends: [append], isTorn: false, recorded };
  };
  const result = await runCommand(store, name, options, planner);
  if (result.lastGlobalNonce === undefined) return { ...result, ...loaded, events: [] };
  if (snapshots) await keepSnapshot(snapshots, ref.aggregate, ref.aggregateId, after, loaded.nonce);
  return { ...result, ...after };
}

/** Whether the store has more events of the aggregate than the state that it was decided on. */
function isBehind(conflict: ConcurrencyConflictError | undefined, nonce: bigint): boolean {
  const violations = conflict?.violations ?? [];
  return violations.every((violation) => violation.kind === "condition" || violation.actual > nonce);
}
