import type { EmittedOf, EventInput, EventSchemas } from "./event-schemas.ts";
import type { EmissionOptions } from "./handle.ts";

/** Names an event of the aggregate, for a command to return. */
export type EventMaker<E extends EventSchemas> = <K extends keyof E & string>(
  type: K,
  data: EventInput<E[K]>,
  options?: EmissionOptions,
  // Any of the events, not the one that was named: so a list that begins with one can go on with another.
) => EmittedOf<E>;

/**
 * Commands that name their events by a call: `(event) => ({ deposit: (_, amount: number) => event(…) })`.
 *
 * The compiler checks arguments where they are written, but what a function returns only when it has seen all
 * of it. So an event that is misspelt here is reported on its own line, however long the command is.
 */
export interface CommandsMaker<E extends EventSchemas, C> {
  (event: EventMaker<E>): C;
  /**
   * What every function has, and no command can be called: by it the compiler tells the two forms apart.
   * Without it, `apply`, `bind` and `call` would be taken for those of functions wherever they name commands.
   */
  readonly [Symbol.hasInstance]: (value: unknown) => boolean;
}

/** The commands themselves, or what makes them. */
export type GivenCommands<E extends EventSchemas, C> = C | CommandsMaker<E, C>;

export function commandsOf<E extends EventSchemas, C>(given: GivenCommands<E, C>, event: EventMaker<E>): C {
  // Commands are an object of functions: a function is the other half of the union.
  return typeof given === "function" ? (given as CommandsMaker<E, C>)(event) : (given as C);
}
