import type { AnyEventSource, EmittedOf, EventSchemas } from "@leftfold/event-sourcing";
import { renderValue } from "./diff/render-value.ts";
import type { Shown } from "./scenario-failure.ts";

interface Emitted {
  readonly type: string;
  readonly data?: unknown;
  readonly tags?: readonly string[] | undefined;
  readonly occurredAt?: Date | undefined;
}

/** An event in lines: its type, and its data as one would write them. */
export function renderEvent({ type, data, tags, occurredAt }: Emitted): readonly string[] {
  const [first = "", ...others] = data === undefined ? [] : renderValue(data);
  const labels = [
    ...(tags ?? []).map((tag) => ` #${tag}`),
    ...(occurredAt ? [` at ${occurredAt.toISOString()}`] : []),
  ];
  return [`${type}${labels.join("")}${first && ` ${first}`}`, ...others];
}

/** Events in lines, one after another; a word for none. */
export function renderEvents(events: readonly Emitted[]): readonly string[] {
  return events.length === 0 ? ["no events"] : events.flatMap(renderEvent);
}

/**
 * Events as they would be written, which is as the definition's schemas and codec leave them: expected and actual ones are brought
 * to one form, so that a default that a schema fills in need not be spelled out.
 *
 * Tags and times are part of what is compared where the expected event names them, its place in the list being the same.
 *
 * @throws `invalid-event-data` for an event that would not be written.
 */
export function writtenEvents(
  { aggregate, aggregateId }: { readonly aggregate: AnyEventSource; readonly aggregateId: string },
  events: readonly EmittedOf<EventSchemas>[],
  expected: readonly EmittedOf<EventSchemas>[],
): Shown {
  const written = events.map((event, i): Emitted => {
    const proposed = aggregate.encode(event, aggregateId);
    const { eventVersion = 1, tags = [], occurredAt } = proposed;
    const aggregateNonce = BigInt(i + 1);
    const readable = {
      ...proposed,
      aggregateType: aggregate.type,
      aggregateId,
      aggregateNonce,
      eventVersion,
    };
    return {
      type: event.type,
      data: aggregate.decode(readable)?.data,
      ...(expected[i]?.tags !== undefined && { tags: tags.toSorted() }),
      ...(expected[i]?.occurredAt !== undefined && { occurredAt }),
    };
  });
  return { value: written, lines: renderEvents(written) };
}
