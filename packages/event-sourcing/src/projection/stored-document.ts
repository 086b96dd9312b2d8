import type { JsonObject } from "@leftfold/core";
import type { DocumentPath } from "./document-path.ts";

/**
 * A document's type as it comes back from the store. What JSON would change or lose (dates, bigints, functions) is replaced by
 * `never`, so that no value fits there.
 */
type StoredDocument<Document> = { readonly [Key in keyof Document]: StoredValue<Document[Key]> };

type StoredValue<Value> = Value extends string | number | boolean | null | undefined
  ? Value
  : Value extends
        | bigint
        | symbol
        | Date
        | ((...args: never[]) => unknown)
        | Map<unknown, unknown>
        | Set<unknown>
    ? never
    : { readonly [Key in keyof Value]: StoredValue<Value[Key]> };

/**
 * What a document's type has to be like: fields with values. Texts and numbers are named, together with {@link FieldsOf}, because it
 * keeps literals what they are: a handler may return `{ ...row, status: "open" }` without saying that the status is no mere text.
 * Booleans are not, because it would keep those of `initial`, too: `{ paid: false }` could never become true.
 */
export type DocumentShape<Document> = {
  readonly [Key in keyof Document]: string | number | null | undefined | NonNullable<unknown>;
};

/** The document's type, field by field. */
export type FieldsOf<Document> = { [Key in keyof Document]: Document[Key] };

/** Keeps a definition from having documents that would not come back as they were. */
export type OfStored<Document> =
  Document extends StoredDocument<Document>
    ? unknown
    : { readonly initial: StoredDocument<Document> | (() => StoredDocument<Document>) };

/** What names and types a read model to those who query it. */
export interface DocumentsOf<Document> {
  readonly name: string;
  /** The version of the documents' shape and of the folding. */
  readonly version: number;
  /** The documents' type, for inference alone: it is never there. */
  readonly documentType?: Document;
}

/** The paths that can be indexed. */
export type IndexPath<Document> = DocumentPath<Document>;

/** The document that a definition begins with. Frozen: it is the beginning of every key's. */
export function initialDocument(initial: object | (() => object)): JsonObject {
  // A document is data: a function is the other half of the union.
  const document: object = typeof initial === "function" ? (initial as () => object)() : initial;
  return Object.freeze(document) as JsonObject;
}
