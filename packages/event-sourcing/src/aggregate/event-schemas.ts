import type { StandardSchemaV1 } from "@standard-schema/spec";

/** The events of an aggregate: a Standard Schema (zod, valibot, arktype, …) for the data of each, by name. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>;

/** The data of an event as it is recorded and folded: what its schema gives. */
export type EventData<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferOutput<Schema>
  : never;

/** The data of an event as a command emits it: what its schema takes. */
export type EventInput<Schema> = Schema extends StandardSchemaV1
  ? StandardSchemaV1.InferInput<Schema>
  : never;

/** An event as it is folded: a union over all events, or over those that are named, told apart by `type`. */
export type EventOf<E extends EventSchemas, Names extends keyof E & string = keyof E & string> = {
  [K in keyof E & string]: { readonly type: K; readonly data: EventData<E[K]> };
}[Names];

/** An event as a command emits it: any, or one of those that are named. */
export type EmittedOf<E extends EventSchemas, Names extends keyof E & string = keyof E & string> = {
  [K in keyof E & string]: {
    readonly type: K;
    readonly data: EventInput<E[K]>;
    /** Indexed labels beside those that the definition gives. */
    readonly tags?: readonly string[];
    /** When it happened; the time of recording when absent. */
    readonly occurredAt?: Date;
  };
}[Names];

/** Event types that are only stated, by name: nothing is checked when they are written. */
export type PlainEvents<Types> = {
  readonly [K in keyof Types & string]: StandardSchemaV1<Types[K], Types[K]>;
};

/**
 * Events as plain TypeScript types, for aggregates that need no validation:
 * `events: eventTypes<{ MoneyDeposited: { amount: number } }>()`.
 */
export function eventTypes<Types extends object>(): PlainEvents<Types> {
  // Types leave nothing at run time: a definition finds the names of such events in its `evolve`.
  return noSchemas as PlainEvents<Types>;
}

const noSchemas: object = Object.freeze({});

/** Accepts everything as it is. */
export const unchecked: StandardSchemaV1 = Object.freeze({
  "~standard": {
    version: 1 as const,
    vendor: "leftfold",
    validate: (value: unknown) => ({ value }),
  },
});
