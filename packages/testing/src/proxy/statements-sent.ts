import type { PostgresFrame } from "./postgres-frames.ts";

/** Prepared statements and portals of a connection that are remembered at most; the oldest are forgotten. */
const namesMax = 1000;

/** Knows which statement each message of a client runs, through the names of prepared statements and portals. */
export class StatementsSent {
  readonly #statements = new Map<string, string>();
  readonly #portals = new Map<string, string>();

  /** The text that a message runs; undefined when it runs nothing. */
  textRunBy({ type, body }: PostgresFrame): string | undefined {
    switch (type) {
      case "Q":
        return cString(body, 0).text;
      case "P": {
        const name = cString(body, 0);
        remember(this.#statements, name.text, cString(body, name.end).text);
        return undefined;
      }
      case "B": {
        const portal = cString(body, 0);
        const statement = cString(body, portal.end).text;
        remember(this.#portals, portal.text, this.#statements.get(statement) ?? "");
        return undefined;
      }
      case "E":
        return this.#portals.get(cString(body, 0).text) ?? "";
      default:
        return undefined;
    }
  }
}

function cString(bytes: Buffer, from: number): { readonly text: string; readonly end: number } {
  const zero = bytes.indexOf(0, from);
  const end = zero < 0 ? bytes.length : zero;
  return { text: bytes.toString("utf8", from, end), end: end + 1 };
}

function remember(names: Map<string, string>, name: string, text: string): void {
  names.delete(name);
  names.set(name, text);
  if (names.size > namesMax) names.delete(names.keys().next().value!);
}
