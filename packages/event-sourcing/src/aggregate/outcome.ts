import type { EmittedOf, EventSchemas } from "./event-schemas.ts";

/** A command's decision against itself. */
export interface Rejection<Code extends string = string, Detail = unknown> {
  readonly kind: "rejection";
  /** The reason, for programs: `insufficient-funds`. */
  readonly code: Code;
  /** What a caller may want to know beyond that. */
  readonly detail: Detail;
}

/** Decides against a command: nothing is written, and its caller gets a `CommandRejectedError`. */
export function reject<const Code extends string, Detail = undefined>(
  code: Code,
  ...[detail]: [detail?: Detail]
): Rejection<Code, Detail | undefined> {
  return { kind: "rejection", code, detail };
}

/** What a command comes to: one event, several, none, or a rejection. */
export type Outcome<E extends EventSchemas> = EmittedOf<E> | readonly EmittedOf<E>[] | Rejection | undefined;

/** Whether a command decided against itself. */
export function isRejection(outcome: unknown): outcome is Rejection {
  return typeof outcome === "object" && outcome !== null && "kind" in outcome && outcome.kind === "rejection";
}

/** The events of an outcome that is no rejection. */
export function eventsOf<E extends EventSchemas>(
  outcome: EmittedOf<E> | readonly EmittedOf<E>[] | undefined,
): readonly EmittedOf<E>[] {
  if (outcome === undefined) return [];
  // `Array.isArray` does not narrow readonly lists.
  return Array.isArray(outcome) ? outcome : [outcome as EmittedOf<E>];
}
