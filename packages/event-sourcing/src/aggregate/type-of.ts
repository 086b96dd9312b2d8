import type { Foldable } from "./aggregate.ts";
import type { EventSchemas } from "./event-schemas.ts";
import type { AggregateHandle } from "./handle.ts";

// Names for what is inferred, where a function's parameter needs one: `(account: StateOf<typeof Account>) => …`.

/** The state of an aggregate or of a decision. */
export type StateOf<Definition extends { readonly initial: unknown }> = Definition["initial"];

/** An aggregate of this definition as the handler of a command over several has it. */
export type HandleOf<Definition> =
  Definition extends Foldable<string, infer E extends EventSchemas, infer State>
    ? AggregateHandle<E, State>
    : never;
