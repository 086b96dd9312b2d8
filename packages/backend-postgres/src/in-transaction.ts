import type { Sql, TransactionSql } from "postgres";
import { isConnectionLost } from "./postgres-errors.ts";

/**
 * Runs work in a transaction that sees, in each statement, what was committed before it, whatever the database's default is.
 *
 * When work fails, the driver rolls back, even on a connection that is gone, and there postgres.js 3.4 ends the whole process:
 * it writes to a socket that it does not have any more. So work that lost its connection never ends as far as the driver is
 * concerned; the transaction fails all the same, whether the driver hears of the connection's end or not.
 *
 * @throws what work throws, and the driver's error when the connection is lost.
 */
export async function inTransaction<T>(pool: Sql, work: (tx: TransactionSql) => Promise<T>): Promise<T> {
  const lost = Promise.withResolvers<never>();
  const begun = pool.begin("isolation level read committed", async (tx) => {
    try {
      return { value: await work(tx) };
    } catch (error) {
      if (!isConnectionLost(error)) throw error;
      lost.reject(error);
      return await new Promise<never>(() => undefined);
    }
  });
  const result = await Promise.race([begun, lost.promise]);
  return (result as { value: T }).value;
}
