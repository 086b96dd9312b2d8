import type { ConcurrencyConflictError, EventStore } from "@leftfold/core";
import type { AggregateRef } from "../aggregate/aggregate.ts";
import { advance, appendTo } from "../aggregate/appended.ts";
import type { EventOf, EventSchemas } from "../aggregate/event-schemas.ts";
import { catchUp, fresh, load } from "../aggregate/load.ts";
import { eventsOf, isRejection, type Outcome } from "../aggregate/outcome.ts";
import { keepSnapshot, type Loaded } from "../snapshots.ts";
import type { CommandOptions } from "./command-options.ts";
import { type CommandResult, type Plan, runCommand } from "./run-command.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

/** What became of a command to one aggregate. */
export interface AggregateCommandResult<E extends EventSchemas, State> extends CommandResult, Loaded<State> {
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
  let loaded: Loaded<State> | undefined;
  let plan: Plan | undefined;
  const planner = async (conflict: ConcurrencyConflictError | undefined): Promise<Plan> => {
    // After a conflict only what came since is read. That the state was ahead of the store is worth a full load.
    if (loaded !== undefined && conflict !== undefined && !isBehind(conflict, loaded.nonce))
      loaded = undefined;
    loaded =
      loaded === undefined
        ? await load(store, ref, conflict === undefined ? snapshots : undefined, options)
        : await catchUp(store, ref, loaded, options);
    plan = planOf(ref, loaded, decide(loaded.state, loaded.nonce));
    return plan;
  };
  const result = await runCommand(store, name, options, planner);
  const before = loaded ?? fresh(ref.aggregate);
  const append = result.lastGlobalNonce === undefined ? undefined : plan?.appends[0];
  if (append === undefined) return { ...result, ...before, events: [] };
  const after = advance(ref, before, append);
  if (snapshots) await keepSnapshot(snapshots, ref.aggregate, ref.aggregateId, after, before.nonce);
  return { ...result, ...after };
}

function planOf<E extends EventSchemas>(
  ref: AggregateRef<E>,
  { nonce }: Loaded<unknown>,
  outcome: Outcome<E>,
): Plan {
  if (isRejection(outcome)) return { rejection: outcome, appends: [], isTorn: false };
  return { appends: [appendTo(ref, nonce, eventsOf(outcome))], isTorn: false };
}

/** Whether the store has more events of the aggregate than the state that it was decided on. */
function isBehind({ violations }: ConcurrencyConflictError, nonce: bigint): boolean {
  return violations.every((violation) => violation.kind === "condition" || violation.actual > nonce);
}
