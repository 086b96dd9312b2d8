import type { EventQuery, EventQueryItem, QueriedEvent } from "@leftfold/core";
import { countWithin, type Positions, type Span } from "./positions.ts";

/** Where in a log each tag, event type and aggregate type occurs. */
export class MemoryIndex {
  readonly #byTag = new Map<string, number[]>();
  readonly #byEventType = new Map<string, number[]>();
  readonly #byAggregateType = new Map<string, number[]>();

  /** Notes the event at a position, which lies after all that were noted before. */
  add(event: QueriedEvent, position: number): void {
    note(this.#byEventType, event.eventType, position);
    note(this.#byAggregateType, event.aggregateType, position);
    for (const tag of event.tags) note(this.#byTag, tag, position);
  }

  /**
   * Lists that together hold every position of a span where the query can match, and others; undefined when
   * looking at each event of the span is cheaper, or the only way.
   */
  candidates(query: EventQuery, span: Span): readonly Positions[] | undefined {
    const lists = new Set<Positions>();
    let cost = 0;
    for (const item of query.anyOf) {
      const cheapest = this.#cheapest(item, span);
      if (cheapest === undefined) return undefined;
      cost += cheapest.cost;
      for (const list of cheapest.lists) lists.add(list);
    }
    // A step of the merge looks at the front of every list.
    return cost * lists.size > span.high - span.low + 1 ? undefined : [...lists];
  }

  /** The criterion that leaves the fewest positions of the span to look at. */
  #cheapest(item: EventQueryItem, span: Span): Criterion | undefined {
    const criteria: Criterion[] = (item.tags ?? []).map((tag) => criterion(this.#byTag, [tag], span));
    if (item.eventTypes?.length) criteria.push(criterion(this.#byEventType, item.eventTypes, span));
    if (item.aggregateTypes?.length)
      criteria.push(criterion(this.#byAggregateType, item.aggregateTypes, span));
    return criteria.sort((a, b) => a.cost - b.cost)[0];
  }
}

interface Criterion {
  readonly lists: readonly Positions[];
  readonly cost: number;
}

function criterion(index: ReadonlyMap<string, Positions>, names: readonly string[], span: Span): Criterion {
  const lists = names.map((name) => index.get(name)).filter((list) => list !== undefined);
  return { lists, cost: lists.reduce((cost, list) => cost + countWithin(list, span), 0) };
}

function note(index: Map<string, number[]>, name: string, position: number): void {
  const positions = index.get(name);
  if (positions === undefined) index.set(name, [position]);
  else positions.push(position);
}
