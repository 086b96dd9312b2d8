import type { JsonObject } from "@leftfold/core";
import type { EventSource } from "../aggregate/aggregate.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { eventSources } from "./event-sources.ts";
import type { DecodingEvent, EventDataOf, EventNameOf, ProjectedEvent } from "./projected-event.ts";
import type { DocumentFold, Projection } from "./projection.ts";
import { readModelOf } from "./read-model-of.ts";
import { type IndexPath, initialDocument, type OfStored } from "./stored-document.ts";
import type { WorkingDocuments } from "./working-documents.ts";

/** The documents that an event has declared in `keys`. Another key is refused. */
export interface EventDocuments<Document> {
  /** Undefined when there is none. */
  get(key: string): Document | undefined;
  put(key: string, document: Document): void;
  /** Puts what is made of the document, or of the initial one when there is none. */
  update(key: string, change: (document: Document) => Document): void;
  remove(key: string): void;
}

export interface DocumentsProjectionDefinition<
  Sources extends readonly EventSource[],
  Document extends object,
> {
  /** 1 to 200 characters, without a colon. */
  readonly name: string;
  /** From 1. A change of what is folded, or how, takes a higher one: it is then built beside the old one. */
  readonly version: number;
  /** Whose events are folded. */
  readonly of: Sources;
  /** Every document that an event may read or write. They are loaded for a whole batch at once. */
  readonly keys: (event: ProjectedEvent<Sources[number]>) => readonly string[];
  /** What `update` finds where there is no document. */
  readonly initial: Document | (() => Document);
  /** Events without a handler are not asked for. When a handler throws, it has written nothing. */
  readonly on: {
    readonly [Name in EventNameOf<Sources[number]>]?: (
      documents: EventDocuments<Document>,
      data: EventDataOf<Sources[number], Name>,
      event: ProjectedEvent<Sources[number], Name>,
    ) => void;
  };
  /** Paths that queries filter or sort by; only speed depends on them. */
  readonly indexes?: readonly IndexPath<NoInfer<Document>>[];
  /**
   * What runners share the projection by. Events of different partition keys must not touch the same documents. A projection without
   * it cannot be shared.
   */
  readonly partitionBy?: (event: ProjectedEvent<Sources[number]>) => string;
}

/**
 * Defines a projection whose events write several documents each.
 *
 * @throws `invalid-definition` when it contradicts itself.
 */
export function defineDocumentsProjection<
  const Sources extends readonly EventSource[],
  Document extends object,
>(definition: DocumentsProjectionDefinition<Sources, Document> & OfStored<Document>): Projection<Document> {
  const { name, version, of, on, indexes } = definition;
  const model = readModelOf(name, version, indexes);
  const sources = eventSources(`Projection ${name}`, of, Object.keys(on));
  return { name, version, model, query: sources.query, sources, fold: documentsFold(definition) };
}

type Handler = (documents: EventDocuments<JsonObject>, data: unknown, event: DecodingEvent) => void;

function documentsFold<Sources extends readonly EventSource[], Document extends object>(
  definition: DocumentsProjectionDefinition<Sources, Document>,
): DocumentFold {
  // From here on the types that the compiler has checked are those that the decoder keeps.
  const initial = initialDocument(definition.initial);
  const handlers = new Map<string, Handler>(Object.entries(definition.on));
  const keysOf = definition.keys as (event: object) => readonly string[];
  return {
    kind: "documents",
    keysOf,
    partitionKeyOf: definition.partitionBy as ((event: object) => string) | undefined,
    apply(event, keys, documents) {
      const data = event.data;
      const writes = new Map<string, JsonObject | null>();
      handlers.get(event.type)!(declaredDocuments(keys, { documents, writes, initial, event }), data, event);
      for (const [key, document] of writes) documents.write(key, document);
    },
  };
}

interface Declared {
  readonly documents: WorkingDocuments;
  readonly writes: Map<string, JsonObject | null>;
  readonly initial: JsonObject;
  readonly event: DecodingEvent;
}

function declaredDocuments(keys: readonly string[], setting: Declared): EventDocuments<JsonObject> {
  const { documents, writes, initial, event } = setting;
  const declared = (key: string): string => {
    if (keys.includes(key)) return key;
    throw new InvalidDefinitionError(
      `The handler of ${event.type} asked for document ${JSON.stringify(key)}, which "keys" does not give for event ` +
        `${event.globalNonce}. Only declared documents are loaded; add it there.`,
    );
  };
  const read = (key: string): JsonObject | null => {
    const written = writes.get(declared(key));
    return written !== undefined ? written : documents.read(key);
  };
  return {
    get: (key) => read(key) ?? undefined,
    put: (key, document) => void writes.set(declared(key), document),
    update: (key, change) => void writes.set(key, change(read(key) ?? initial)),
    remove: (key) => void writes.set(declared(key), null),
  };
}
