import type { AggregateRefs, CommandOutcome, Rejection } from "@leftfold/event-sourcing";
import type { History } from "./happened.ts";
import { renderEvents, writtenEvents } from "./render-events.ts";
import type { Shown } from "./scenario-failure.ts";

/**
 * What a command or a decision emitted, aggregate by aggregate.
 *
 * @throws `RangeError` for an event of an aggregate that it did not declare.
 */
export function emittedHistories(
  name: string,
  outcome: Exclude<CommandOutcome, Rejection>,
  ...declared: readonly AggregateRefs[]
): readonly History[] {
  const keys = new Set(declared.flatMap((refs) => Object.values(refs).flat()).map(keyOf));
  const emissions = outcome === undefined ? [] : "ref" in outcome ? [outcome] : outcome;
  return emissions.map(({ ref: { aggregate, aggregateId }, event }) => {
    if (keys.has(keyOf({ aggregate, aggregateId }))) return { aggregate, aggregateId, events: [event] };
    const owner = `${aggregate.type} ${JSON.stringify(aggregateId)}`;
    throw new RangeError(
      `${name} emitted ${event.type} for ${owner}, which it does not declare. Declare it.`,
    );
  });
}

/** Histories in lines, one aggregate after another by their names: what matters is which events each gets, in which order. */
export function shownHistories(histories: readonly History[], expected: readonly History[]): Shown {
  const expectedEvents = byAggregate(expected);
  const written = [...byAggregate(histories)]
    .filter(([, { events }]) => events.length > 0)
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([key, history]) => {
      const { aggregate, aggregateId, events } = history;
      const { value, lines } = writtenEvents(history, events, expectedEvents.get(key)?.events ?? []);
      return { aggregateType: aggregate.type, aggregateId, events: value, lines };
    });
  return {
    value: written.map(({ lines: _, ...history }) => history),
    lines:
      written.length === 0
        ? renderEvents([])
        : written.flatMap(({ aggregateType, aggregateId, lines }) => [
            `${aggregateType} ${JSON.stringify(aggregateId)}`,
            ...lines.map((line) => `  ${line}`),
          ]),
  };
}

/** Histories as they are told in front of a difference. */
export function toldHistories(histories: readonly History[]): readonly string[] {
  return histories.flatMap(({ aggregate, aggregateId, events }) => [
    `${aggregate.type} ${JSON.stringify(aggregateId)}`,
    ...renderEvents(events).map((line) => `  ${line}`),
  ]);
}

function byAggregate(histories: readonly History[]): ReadonlyMap<string, History> {
  const merged = new Map<string, History>();
  for (const history of histories) {
    const key = keyOf(history);
    const events = [...(merged.get(key)?.events ?? []), ...history.events];
    merged.set(key, { ...history, events });
  }
  return merged;
}

function keyOf({
  aggregate,
  aggregateId,
}: Pick<History, "aggregateId"> & { aggregate: { type: string } }): string {
  return JSON.stringify([aggregate.type, aggregateId]);
}
