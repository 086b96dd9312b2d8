import type { EventStore } from "@leftfold/core";
import type { AggregateEvents } from "./aggregate-events.ts";
import type { CommandOptions } from "./command-options.ts";
import { type CommandResult, type Planner, runCommand } from "./run-command.ts";

/** What can be executed: a command over aggregates, or a decision over a boundary of its own. */
export interface Executable<Input, Events extends AggregateEvents = AggregateEvents> {
  /** What it is called in errors and hooks. */
  readonly name: string;
  /** Begins one execution. For {@link execute}. */
  readonly prepare: (store: EventStore, input: Input, options: CommandOptions) => Preparation<Events>;
}

/** One execution: how it decides, and what is left to do when that was recorded. */
export interface Preparation<Events extends AggregateEvents = AggregateEvents> {
  readonly plan: Planner<Events>;
  readonly committed?: () => Promise<void>;
}

/**
 * Executes a command or a decision: reads, decides, and appends all at once; anew after a conflict.
 *
 * @throws `command-rejected`; the last error of the store when the attempts are used up, or at once when it
 * is not worth another; the signal's reason.
 */
export async function execute<Input, Events extends AggregateEvents>(
  store: EventStore,
  command: Executable<Input, Events>,
  input: NoInfer<Input>,
  options: CommandOptions = {},
): Promise<CommandResult<Events>> {
  const { plan, committed } = command.prepare(store, input, options);
  const result = await runCommand(store, command.name, options, plan);
  if (result.lastGlobalNonce !== undefined) await committed?.();
  return result;
}
