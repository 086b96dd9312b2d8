import { finished } from "node:stream/promises";
import type { Sql, TransactionSql } from "postgres";
import { inTransaction } from "./in-transaction.ts";

/**
 * The rows of `COPY (query) TO STDOUT (FORMAT binary)`, on a connection that does nothing else meanwhile. They are received as fast
 * as PostgreSQL sends them, whether somebody takes them or not: the connection is soon free again, and the query must bound them.
 *
 * The connection is had by way of a transaction. postgres.js 3.4 forgets whoever asked it for one with `reserve` when its connections
 * break at that moment: they wait for ever.
 */
export class CopyOut {
  /** Settles once the connection is free again; rejects with what the copy failed with. */
  readonly finished: Promise<void>;
  #rows: Buffer[] = [];
  /** Nothing more comes; the failure is in `finished`. */
  #isOver = false;
  #hasFailed = false;
  #wake: () => void = () => undefined;

  constructor(sql: Sql, query: string) {
    this.finished = inTransaction(sql, (tx) => this.#receive(tx, query)).catch((error: unknown) => {
      // Rows that all have come are not less there when the transaction cannot be ended.
      this.#hasFailed = !this.#isOver;
      this.#end();
      throw error;
    });
    // Whoever takes rows hears of it.
    this.finished.catch(() => undefined);
  }

  /**
   * All rows that have come since the last time, at least one; waits for it. None at the end.
   *
   * @throws what the copy failed with, after the last row.
   */
  async take(): Promise<readonly Buffer[]> {
    while (this.#rows.length === 0) {
      if (this.#hasFailed) await this.finished;
      if (this.#isOver) return [];
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const rows = this.#rows;
    this.#rows = [];
    return rows;
  }

  async #receive(tx: TransactionSql, query: string): Promise<void> {
    const stream = await tx.unsafe(`copy (${query}) to stdout (format binary)`).readable();
    // Each is a row (PostgreSQL's documentation, "Message Flow", "COPY Operations"). Those of one packet come in one turn.
    stream.on("data", (message: Buffer) => {
      const row = rowOf(message);
      if (row === undefined) return;
      this.#rows.push(row);
      this.#wake();
    });
    await finished(stream);
    // postgres.js 3.4 stops its socket when much comes at once, and starts it again when it is asked for more: never, when that
    // was all, and the connection would be dead.
    stream._read(0);
    this.#end();
  }

  #end(): void {
    this.#isOver = true;
    this.#wake();
  }
}

const signatureByte = "P".charCodeAt(0);
// The signature of eleven bytes, 32 bits of flags, and the length of an extension that there is not.
const headerBytes = 19;

/**
 * A message's row, as the number of its fields and then the length and the bytes of each; undefined for the trailer. The format is
 * that of PostgreSQL's documentation, "COPY", "Binary Format".
 */
function rowOf(message: Buffer): Buffer | undefined {
  const row = message[0] === signatureByte ? message.subarray(headerBytes) : message;
  return row.length === 0 || row.readInt16BE(0) < 0 ? undefined : row;
}
