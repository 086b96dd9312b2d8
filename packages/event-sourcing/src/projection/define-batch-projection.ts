import type { EventSource } from "../aggregate/aggregate.ts";
import { eventSources } from "./event-sources.ts";
import type { DecodingEvent, EventNameOf, ProjectedEvent } from "./projected-event.ts";
import type { BatchDocuments, BatchFold, Projection } from "./projection.ts";
import { readModelOf } from "./read-model-of.ts";
import type { IndexPath } from "./stored-document.ts";

export interface BatchProjectionDefinition<
  Sources extends readonly EventSource[],
  Name extends EventNameOf<Sources[number]>,
  Document,
  Transaction,
> {
  /** 1 to 200 characters, without a colon. */
  readonly name: string;
  /** From 1. A change of what is folded, or how, takes a higher one: it is then built beside the old one. */
  readonly version: number;
  /** Whose events are folded. */
  readonly of: Sources;
  /** Which of their events; all when absent. */
  readonly events?: readonly Name[];
  /**
   * Takes a batch before it is committed, and may write documents. Runs again when the commit fails: it must do nothing else that
   * counts.
   */
  readonly handle?: (
    events: readonly ProjectedEvent<Sources[number], Name>[],
    documents: BatchDocuments<Document>,
  ) => Promise<void> | void;
  /**
   * Runs in the transaction that moves the checkpoint, of a store that has one to share: what it writes to tables of yours is there
   * exactly once. What the transaction is, the store says; state its type on this parameter.
   */
  readonly within?: (
    events: readonly ProjectedEvent<Sources[number], Name>[],
    transaction: Transaction,
  ) => Promise<void>;
  /** Paths that queries filter or sort by; only speed depends on them. */
  readonly indexes?: readonly IndexPath<Document>[];
  /** What runners share the projection by; the aggregate's id when absent. */
  readonly partitionBy?: (event: ProjectedEvent<Sources[number], Name>) => string;
}

/**
 * Defines a projection that takes its events a batch at a time. A failing batch is retried, and then stops the projection: it has no
 * keys that could be parked.
 *
 * @throws `invalid-definition` when it contradicts itself.
 */
export function defineBatchProjection<
  const Sources extends readonly EventSource[],
  const Name extends EventNameOf<Sources[number]> = EventNameOf<Sources[number]>,
  Document = never,
  Transaction = unknown,
>(
  definition: BatchProjectionDefinition<Sources, Name, Document, Transaction>,
): Projection<Document, Transaction> {
  const { name, version, of, events, indexes, handle, within, partitionBy } = definition;
  const model = readModelOf(name, version, indexes);
  const sources = eventSources(`Projection ${name}`, of, events);
  // From here on the types that the compiler has checked are those that the decoder keeps.
  const fold = {
    kind: "batch",
    handle,
    within,
    partitionKeyOf: partitionBy ?? ((event: DecodingEvent) => event.aggregateId),
  } as BatchFold<unknown> as BatchFold<Transaction>;
  return { name, version, model, query: sources.query, sources, fold };
}
