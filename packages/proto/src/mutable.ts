/**
 * The same, open to assignment: for building a value step by step, so that what is absent is no property of
 * it.
 */
export type Mutable<T> = { -readonly [K in keyof T]: T[K] };
