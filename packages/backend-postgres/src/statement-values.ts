import type { ParameterOrJSON } from "postgres";

/** Where the values go that a statement's text refers to. */
export interface StatementValues {
  /** Takes a value, and returns what stands for it in the text. */
  add(value: string | number | bigint): string;
}

/** Sends values beside the text, which has their places, such as `$3`. */
export class Parameters implements StatementValues {
  readonly #values: string[] = [];

  add(value: string | number | bigint): string {
    return `$${this.#values.push(value.toString())}`;
  }

  get list(): ParameterOrJSON<never>[] {
    return this.#values;
  }
}

/** Writes values into the text, for statements that take no parameters. */
export const literals: StatementValues = {
  add(value) {
    const text = value.toString();
    const quoted = `'${text.replaceAll("'", "''")}'`;
    // With an E in front a backslash means the same whatever `standard_conforming_strings` says.
    return text.includes("\\") ? ` E${quoted.replaceAll("\\", "\\\\")}` : quoted;
  },
};
