import { abortable } from "@leftfold/core";
import postgres, { type Sql } from "postgres";

/**
 * Asks a PostgreSQL something on a connection of its own, which is gone afterwards.
 *
 * @throws whatever the connection or a statement failed with; a `TimeoutError` when there is no answer in time.
 */
export async function askOnce<T>(
  url: string,
  ask: (sql: Sql) => Promise<T>,
  timeoutMs: number = 5_000,
): Promise<T> {
  const sql = postgres(url, {
    max: 1,
    connect_timeout: timeoutMs / 1_000,
    // Nobody would catch the error when the driver's own question fails, and this process would end.
    fetch_types: false,
    onnotice: () => undefined,
  });
  try {
    const answer = ask(sql);
    answer.catch(() => undefined);
    return await abortable(answer, AbortSignal.timeout(timeoutMs));
  } finally {
    await sql.end({ timeout: 0 });
  }
}
