import type { EventSchemas } from "./event-schemas.ts";
import type { Outcome } from "./outcome.ts";

declare const unknownCommands: unique symbol;

/**
 * What the compiler takes for the commands of a definition in which it has found a mistake anywhere: there it
 * gives up on inferring them, and falls back to what they have to be at least. The mark tells this from all
 * commands that somebody wrote, so that a mistake is told where it is, and not again wherever a command is
 * called.
 */
export interface UnknownCommands<E extends EventSchemas, State> {
  readonly [command: string]: (state: State, ...args: never[]) => Outcome<E>;
  readonly [unknownCommands]?: never;
  /** What functions have: see `CommandsMaker`. */
  readonly [Symbol.hasInstance]?: never;
}

/** `Known`, for commands that are known; anything goes for those of a definition that does not compile. */
export type UnlessUnknown<C, Known> = typeof unknownCommands extends keyof C
  ? // biome-ignore lint/suspicious/noExplicitAny: nothing is known, and the compiler has said so already.
    any
  : Known;
