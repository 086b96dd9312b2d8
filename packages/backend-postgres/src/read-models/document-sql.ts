import type { ReadModelId } from "@leftfold/core";
import { literals } from "../statement-values.ts";

/** The value at a path of a document: SQL null when the path leads nowhere. `->` with a text never leads into a list. */
export function valueSql(path: string): string {
  return `document${path
    .split(".")
    .map((step) => ` -> ${literals.add(step)}`)
    .join("")}`;
}

/** What the value at a path is compared and sorted by. Indexes are made of the very same expression. */
export function sortKeySql(schema: string, path: string): string {
  return `(${schema}.read_model_sort_key(${valueSql(path)}) collate "C")`;
}

/** The text at a path, for what its key does not tell. */
export function textSql(path: string): string {
  return `((${valueSql(path)}) #>> '{}' collate "C")`;
}

/**
 * Selects one read model's documents. Name and version stand in the text, so that the planner sees that an index of this read
 * model holds what is asked for.
 */
export function modelSql({ name, version }: ReadModelId): string {
  return `name = ${literals.add(name)} and version = ${version}`;
}

/** Texts as one value of PostgreSQL's type `text[]`. */
export function textList(texts: readonly string[]): string {
  return `{${texts.map((text) => `"${text.replaceAll(/["\\]/g, "\\$&")}"`).join(",")}}`;
}
