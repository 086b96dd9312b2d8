import type { JsonObject, RecordedEvent } from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";
import type { Projection } from "./projection.ts";
import { WorkingDocuments } from "./working-documents.ts";

/**
 * The documents that a projection makes of events, by key: what its read model holds once it has processed them. Needs no store.
 *
 * @param before the documents that are there already; none when absent.
 * @throws what a handler throws; `invalid-definition` for a projection that takes whole batches.
 */
export function foldProjection<Document extends object>(
  projection: Projection<Document>,
  events: Iterable<RecordedEvent>,
  before: ReadonlyMap<string, Document> = new Map(),
): ReadonlyMap<string, Document> {
  const { fold, sources, name } = projection;
  if (fold.kind !== "documents")
    throw new InvalidDefinitionError(
      `${name} takes whole batches: what it makes of them only its store can tell.`,
    );
  // Documents are JSON objects: definitions of others do not compile.
  const documents = new WorkingDocuments(before as ReadonlyMap<string, JsonObject & Document>);
  for (const recorded of events) {
    const event = sources.event(recorded);
    if (event === undefined) continue;
    const keys = fold.keysOf(event);
    if (keys.length > 0) fold.apply(event, keys, documents);
  }
  const folded = new Map(before);
  for (const [key, document] of documents.changed) {
    if (document === null) folded.delete(key);
    else folded.set(key, document as JsonObject & Document);
  }
  return folded;
}
