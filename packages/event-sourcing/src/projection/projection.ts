import type { EventQuery, JsonObject, ReadModel } from "@leftfold/core";
import type { EventSources } from "./event-sources.ts";
import type { DecodingEvent } from "./projected-event.ts";
import type { DocumentsOf } from "./stored-document.ts";
import type { WorkingDocuments } from "./working-documents.ts";

/** A read model folded from events: what `defineProjection` and its like make, and runners run. */
export interface Projection<Document = object, Transaction = unknown> extends DocumentsOf<Document> {
  readonly model: ReadModel;
  /** Which events are asked for. */
  readonly query: EventQuery;
  readonly sources: EventSources;
  readonly fold: DocumentFold | BatchFold<Transaction>;
}

/** Folds events into documents, one after another, in memory. */
export interface DocumentFold {
  readonly kind: "documents";
  /** The documents that an event may read or write. None: the event is passed over. */
  keysOf(event: DecodingEvent): readonly string[];
  /** What decides the event's part among partitioned runners; undefined for what cannot be shared. */
  readonly partitionKeyOf: ((event: DecodingEvent, keys: readonly string[]) => string) | undefined;
  /** Changes documents, all of them or, when it throws, none. */
  apply(event: DecodingEvent, keys: readonly string[], documents: WorkingDocuments): void;
}

/** Takes the events of a batch at once, and writes what it likes. */
export interface BatchFold<Transaction> {
  readonly kind: "batch";
  readonly partitionKeyOf: (event: DecodingEvent) => string;
  readonly handle:
    | ((events: readonly DecodingEvent[], documents: BatchDocuments<JsonObject>) => Promise<void> | void)
    | undefined;
  readonly within:
    | ((events: readonly DecodingEvent[], transaction: Transaction) => Promise<void>)
    | undefined;
}

/** A batch's way to the projection's documents: what is written is seen by later reads, and committed with the batch. */
export interface BatchDocuments<Document> {
  /** The documents that there are of these keys; one request to the store. */
  getMany(keys: readonly string[]): Promise<ReadonlyMap<string, Document>>;
  put(key: string, document: Document): void;
  remove(key: string): void;
}
