/** A value that has no parts. */
type Leaf = string | number | boolean | null | undefined;

/** The nesting that paths are spelled out for. Deeper values can be stored, and not be asked for. */
type DepthMax = 5;

/**
 * The paths of a document's values, such as `"owner.city"`. An array counts as one value.
 */
export type DocumentPath<Document, Depth extends readonly unknown[] = []> = Depth["length"] extends DepthMax
  ? never
  : Document extends object
    ? { [Key in keyof Document & string]: PathsBehind<Key, Document[Key], Depth> }[keyof Document & string]
    : never;

type PathsBehind<Key extends string, Value, Depth extends readonly unknown[]> = Value extends
  | Leaf
  | readonly unknown[]
  ? Key
  : `${Key}.${DocumentPath<Value, [...Depth, unknown]>}`;

/** What stands at a path. Includes undefined where a part of the way may be missing. */
export type ValueAt<Document, Path extends string> = Document extends Leaf
  ? undefined
  : Path extends keyof Document
    ? Document[Path]
    : Path extends `${infer Head}.${infer Rest}`
      ? Head extends keyof Document
        ? ValueAt<Document[Head], Rest>
        : undefined
      : undefined;
