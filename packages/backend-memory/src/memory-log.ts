import {
  type AppendCondition,
  type AppendFacts,
  type AppendResult,
  type Direction,
  decide,
  type EventQuery,
  type KeyUse,
  LogWaiters,
  matches,
  type RecordedEvent,
  type Recording,
  record,
  type ValidAppend,
} from "@leftfold/core";
import { copyIn } from "./event-copy.ts";
import { fingerprint } from "./fingerprint.ts";
import { MemoryIndex } from "./memory-index.ts";
import { type Bounds, everyPosition, mergedPositions, type Span, spanOf } from "./positions.ts";

/** What a log takes from outside. */
export interface LogSources {
  readonly clock: () => Date;
  readonly newEventId: () => string;
}

const noStream: readonly RecordedEvent[] = Object.freeze([]);

/** One tenant's events, and what appends are decided by. Only ever grows. */
export class MemoryLog implements AppendFacts {
  readonly waiters: LogWaiters = new LogWaiters();
  readonly #tenantId: string;
  readonly #sources: LogSources;
  readonly #events: RecordedEvent[] = [];
  readonly #streams = new Map<string, RecordedEvent[]>();
  readonly #eventIds = new Set<string>();
  readonly #keyUses = new Map<string, KeyUse>();
  readonly #index = new MemoryIndex();

  constructor(tenantId: string, sources: LogSources) {
    this.#tenantId = tenantId;
    this.#sources = sources;
  }

  get head(): bigint {
    return BigInt(this.#events.length);
  }

  aggregateNonce(aggregateType: string, aggregateId: string): bigint {
    return BigInt(this.#stream(aggregateType, aggregateId).length);
  }

  keyUse(idempotencyKey: string): KeyUse | undefined {
    return this.#keyUses.get(idempotencyKey);
  }

  hasEvent(eventId: string): boolean {
    return this.#eventIds.has(eventId);
  }

  firstMatch({ failIfMatches, after = 0n }: AppendCondition): bigint | undefined {
    const span = { low: Number(after) + 1, high: this.#events.length };
    for (const { globalNonce } of this.events(failIfMatches, span, "forwards")) return globalNonce;
    return undefined;
  }

  /** One aggregate's events, those that it has now. */
  *streamEvents(
    aggregateType: string,
    aggregateId: string,
    bounds: Bounds,
  ): Generator<RecordedEvent, void, undefined> {
    const stream = this.#stream(aggregateType, aggregateId);
    const span = spanOf(BigInt(stream.length), bounds);
    for (const position of everyPosition(span, bounds.direction)) yield stream[position - 1]!;
  }

  /** The events of a span that match; all of them without a query. */
  *events(
    query: EventQuery | undefined,
    span: Span,
    direction: Direction,
  ): Generator<RecordedEvent, void, undefined> {
    for (const position of this.candidates(query, span, direction)) {
      const event = this.at(position);
      if (query === undefined || matches(query, event)) yield event;
    }
  }

  /** The positions of a span that have to be looked at to find every match. */
  candidates(query: EventQuery | undefined, span: Span, direction: Direction): Iterable<number> {
    const lists = query && this.#index.candidates(query, span);
    return lists ? mergedPositions(lists, span, direction) : everyPosition(span, direction);
  }

  /** The event at a position from 1 to the head. */
  at(position: number): RecordedEvent {
    return this.#events[position - 1]!;
  }

  /**
   * Decides an append and records it, in one step that nothing can come between.
   *
   * @throws what the decision rejects it with.
   */
  append(append: ValidAppend): AppendResult {
    const { idempotencyKey } = append;
    const content = idempotencyKey === undefined ? "" : fingerprint(append);
    const decision = decide(this, append, content);
    if (decision.kind === "rejected") throw decision.error;
    if (decision.kind === "replayed") return decision.result;
    const result = frozen(decision.result);
    // Everything that can throw comes before the first change.
    const events = record(append, result, this.#recording()).map(copyIn);
    for (const event of events) this.#add(event);
    if (idempotencyKey !== undefined) this.#keyUses.set(idempotencyKey, { fingerprint: content, result });
    if (events.length > 0) this.waiters.wake(this.head);
    return result;
  }

  #stream(aggregateType: string, aggregateId: string): readonly RecordedEvent[] {
    return this.#streams.get(streamKey(aggregateType, aggregateId)) ?? noStream;
  }

  #recording(): Recording {
    const { clock, newEventId } = this.#sources;
    const now = clock().getTime();
    const last = this.#events.at(-1)?.recordedAt.getTime() ?? now;
    // A clock that is set back must not make a later event seem the earlier one.
    return { tenantId: this.#tenantId, recordedAt: new Date(Math.max(now, last)), newEventId };
  }

  #add(event: RecordedEvent): void {
    this.#events.push(event);
    this.#eventIds.add(event.eventId);
    this.#index.add(event, this.#events.length);
    const key = streamKey(event.aggregateType, event.aggregateId);
    const stream = this.#streams.get(key);
    if (stream === undefined) this.#streams.set(key, [event]);
    else stream.push(event);
  }
}

/** Names have no control characters, so that one can separate them. */
function streamKey(aggregateType: string, aggregateId: string): string {
  return `${aggregateType}\n${aggregateId}`;
}

/** The result is kept for repetitions, so that nobody may change it. */
function frozen(result: AppendResult): AppendResult {
  for (const head of result.aggregates) Object.freeze(head);
  Object.freeze(result.aggregates);
  return Object.freeze(result);
}
