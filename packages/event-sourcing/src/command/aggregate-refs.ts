import type { AggregateRef, AnyAggregateRef } from "../aggregate/aggregate.ts";
import type { AggregateEmitter, AggregateHandle } from "../aggregate/handle.ts";

/** Aggregates under names of a command's choice, one or a list of them under each. */
export type AggregateRefs = Readonly<Record<string, AnyAggregateRef | readonly AnyAggregateRef[]>>;

/** Something of each aggregate, under the same names. */
export type OfRefs<Kind extends "handle" | "state" | "emitter", Refs> = {
  readonly [K in keyof Refs]: Refs[K] extends readonly AnyAggregateRef[]
    ? readonly OfRef<Kind, Refs[K][number]>[]
    : OfRef<Kind, Refs[K]>;
};

type OfRef<Kind, Ref> =
  Ref extends AggregateRef<infer E, infer State>
    ? Kind extends "handle"
      ? AggregateHandle<E, State>
      : Kind extends "state"
        ? State
        : AggregateEmitter<E>
    : never;

/** All aggregates that are named, in order; one that has several names comes once. */
export function distinctRefs(...groups: readonly AggregateRefs[]): readonly AnyAggregateRef[] {
  const refs = groups.flatMap((group) => Object.values(group)).flat();
  return [...new Map(refs.map((ref) => [keyOf(ref), ref])).values()];
}

/** Tells aggregates apart: by type and id. */
export function keyOf({ aggregate, aggregateId }: AnyAggregateRef): string {
  return `${aggregate.type.length}:${aggregate.type}${aggregateId}`;
}

/** Puts something in the place of each aggregate. */
export function mapRefs<Value>(
  refs: AggregateRefs,
  map: (ref: AnyAggregateRef) => Value,
): Record<string, Value | readonly Value[]> {
  const entries = Object.entries(refs).map(([name, ref]) => [name, isList(ref) ? ref.map(map) : map(ref)]);
  return Object.fromEntries(entries);
}

function isList(ref: AnyAggregateRef | readonly AnyAggregateRef[]): ref is readonly AnyAggregateRef[] {
  return Array.isArray(ref);
}
