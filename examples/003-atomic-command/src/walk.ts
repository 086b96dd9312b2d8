import type { EventStore } from "@leftfold/core";
import { CommandRejectedError, type CommandResult } from "@leftfold/event-sourcing";
import { recorded, rejected, type Screen } from "./screen.ts";

/** What every step of the tour needs. */
export interface Walk {
  readonly store: EventStore;
  /** Which day it is, such as `2026-11-21`. */
  readonly day: string;
  readonly screen: Screen;
}

/** What one or several commands came to. */
type Results = CommandResult | readonly CommandResult[];

/** Asks for something, and shows what came of it: what was recorded, or why nothing was. */
export async function ask(walk: Walk, asked: string, run: () => Promise<Results>): Promise<void> {
  const [outcome] = await Promise.allSettled([run()]);
  showOutcome(walk, asked, outcome);
}

/** Shows what came of something that was asked for. */
export function showOutcome({ screen }: Walk, asked: string, outcome: PromiseSettledResult<Results>): void {
  if (outcome.status === "fulfilled") {
    const aggregates = [outcome.value].flat().flatMap((result) => result.aggregates);
    screen.lines(asked, ...aggregates.flatMap(recorded));
    return;
  }
  const error = outcome.reason;
  if (!(error instanceof CommandRejectedError)) throw error;
  screen.lines(asked, rejected(error.rejection, error.detail));
}
