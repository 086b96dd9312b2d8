import type { AnyAggregateRef } from "../aggregate/aggregate.ts";
import type { EmittedOf, EventSchemas } from "../aggregate/event-schemas.ts";
import type { Emission } from "../aggregate/handle.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { keyOf } from "./aggregate-refs.ts";

/** What each aggregate is to get, in the order in which it was emitted. */
export type EventsByAggregate = ReadonlyMap<string, readonly EmittedOf<EventSchemas>[]>;

/**
 * Sorts a command's events by their aggregates.
 *
 * @param made all that it emitted, whether it returned it or not.
 * @throws `invalid-definition` for an event of an aggregate that the command did not declare: it came from
 * another command's handle, past the compiler; and for one that was emitted and not returned, which would be
 * lost without a word.
 */
export function eventsByAggregate(
  command: string,
  outcome: Emission | readonly Emission[] | undefined,
  declared: readonly AnyAggregateRef[],
  made: ReadonlySet<Emission>,
): EventsByAggregate {
  const returned = listOf(outcome);
  const kept = new Set(returned);
  for (const emission of made) {
    if (kept.has(emission)) continue;
    const { ref, event } = emission;
    throw new InvalidDefinitionError(
      `${command} emitted ${event.type} for ${ref.aggregate.type} "${ref.aggregateId}", but did not return it. ` +
        "Return every event that is to be recorded.",
    );
  }
  const byKey = new Map<string, EmittedOf<EventSchemas>[]>(declared.map((ref) => [keyOf(ref), []]));
  for (const { ref, event } of returned) {
    const events = byKey.get(keyOf(ref));
    if (events === undefined) {
      throw new InvalidDefinitionError(
        `${command} emitted ${event.type} for ${ref.aggregate.type} "${ref.aggregateId}", which it does not ` +
          "declare. Name the aggregate in its `aggregates`.",
      );
    }
    events.push(event);
  }
  return byKey;
}

function listOf(outcome: Emission | readonly Emission[] | undefined): readonly Emission[] {
  if (outcome === undefined) return [];
  return "ref" in outcome ? [outcome] : outcome;
}
