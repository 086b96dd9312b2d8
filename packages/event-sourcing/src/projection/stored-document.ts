import type { DocumentPath } from "./document-path.ts";

/**
 * A document's type as it comes back from the store. What JSON would change or lose (dates, bigints, functions) is replaced by
 * `never`, so that a definition with such a field does not compile, on the field's line.
 */
export type StoredDocument<Document> = { readonly [Key in keyof Document]: StoredValue<Document[Key]> };

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
