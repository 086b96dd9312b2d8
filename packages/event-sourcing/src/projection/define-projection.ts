import type { JsonObject } from "@leftfold/core";
import type { EventSource } from "../aggregate/aggregate.ts";
import { eventSources } from "./event-sources.ts";
import type { DecodingEvent, EventDataOf, EventNameOf, ProjectedEvent } from "./projected-event.ts";
import type { DocumentFold, Projection } from "./projection.ts";
import { readModelOf } from "./read-model-of.ts";
import {
  type DocumentShape,
  type FieldsOf,
  type IndexPath,
  initialDocument,
  type OfStored,
} from "./stored-document.ts";

/** What each event does to the document of its key. Pure; null removes the document. */
export type DocumentHandlers<Source extends EventSource, Document> = {
  readonly [Name in EventNameOf<Source>]?: (
    document: Document,
    data: EventDataOf<Source, Name>,
    event: ProjectedEvent<Source, Name>,
  ) => FieldsOf<Document> | null;
};

export interface ProjectionDefinition<
  Sources extends readonly EventSource[],
  Document extends DocumentShape<Document>,
> {
  /** 1 to 200 characters, without a colon. */
  readonly name: string;
  /** From 1. A change of what is folded, or how, takes a higher one: it is then built beside the old one. */
  readonly version: number;
  /** Whose events are folded. */
  readonly of: Sources;
  /** Which document an event belongs to; undefined for none. */
  readonly key: (event: ProjectedEvent<Sources[number]>) => string | undefined;
  /** What a key's first event finds, or a function that gives it: `(): Row => ({ … })` says in which type. */
  readonly initial: Document | (() => Document);
  /** Events without a handler are not asked for. */
  readonly on: DocumentHandlers<Sources[number], Document>;
  /** Paths that queries filter or sort by; only speed depends on them. */
  readonly indexes?: readonly IndexPath<NoInfer<Document>>[];
}

/**
 * Defines a projection with one document per key.
 *
 * @throws `invalid-definition` when it contradicts itself.
 */
export function defineProjection<
  const Sources extends readonly EventSource[],
  Document extends DocumentShape<Document>,
>(definition: ProjectionDefinition<Sources, Document> & OfStored<Document>): Projection<Document> {
  const { name, version, of, on, indexes } = definition;
  const model = readModelOf(name, version, indexes);
  const sources = eventSources(`Projection ${name}`, of, Object.keys(on));
  return { name, version, model, query: sources.query, sources, fold: keyedFold(definition) };
}

type Handler = (document: JsonObject, data: unknown, event: DecodingEvent) => JsonObject | null;

function keyedFold<Sources extends readonly EventSource[], Document extends DocumentShape<Document>>(
  definition: ProjectionDefinition<Sources, Document>,
): DocumentFold {
  // From here on the types that the compiler has checked are those that the decoder keeps.
  const initial = initialDocument(definition.initial);
  const handlers = new Map<string, Handler>(Object.entries(definition.on));
  const keyOf = definition.key as (event: object) => string | undefined;
  return {
    kind: "documents",
    keysOf(event) {
      const key = keyOf(event);
      return key === undefined ? [] : [key];
    },
    partitionKeyOf: (_, keys) => keys[0]!,
    apply(event, keys, documents) {
      const data = event.data;
      const key = keys[0]!;
      const before = documents.read(key);
      const after = handlers.get(event.type)!(before ?? initial, data, event);
      if (after !== before) documents.write(key, after);
    },
  };
}
