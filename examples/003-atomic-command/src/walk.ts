import type { EventStore } from "@leftfold/core";
import { CommandRejectedError, eventReader } from "@leftfold/event-sourcing";
import { Account, Household } from "./domain.ts";
import { recorded, rejected, type Screen } from "./screen.ts";

/** What every step of the tour needs. */
export interface Walk {
  readonly store: EventStore;
  /** Which day it is, such as `2026-11-21`. */
  readonly day: string;
  readonly screen: Screen;
}

/** Asks for something, and shows what came of it: what was recorded since, or why nothing was. */
export async function ask(walk: Walk, asked: string, run: () => Promise<unknown>): Promise<void> {
  const before = await walk.store.head();
  const [outcome] = await Promise.allSettled([run()]);
  await showOutcome(walk, asked, outcome, before);
}

/** Shows what came of something that was asked for when the log's head was `before`. */
export async function showOutcome(
  { store, screen }: Walk,
  asked: string,
  outcome: PromiseSettledResult<unknown>,
  before: bigint,
): Promise<void> {
  if (outcome.status === "fulfilled") return screen.lines(asked, ...(await recordedSince(store, before)));
  const error = outcome.reason;
  if (!(error instanceof CommandRejectedError)) throw error;
  screen.lines(asked, rejected(error.rejection, error.detail));
}

async function recordedSince(store: EventStore, before: bigint): Promise<readonly string[]> {
  const reader = eventReader([Account, Household]);
  const lines: string[] = [];
  for await (const event of store.readAll({ query: reader.query, from: before + 1n })) {
    lines.push(recorded(event, reader.decode(event)!));
  }
  return lines;
}
