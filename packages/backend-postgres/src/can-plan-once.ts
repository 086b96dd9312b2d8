import { type ConnectionOptions, connect } from "./connect.ts";
import { isProtocolViolation } from "./postgres-errors.ts";

/**
 * Whether connections can be had on which prepared statements are planned once. PostgreSQL grants that to anybody; a pooler
 * may refuse every setting that it does not know, as PgBouncer does.
 *
 * @throws what the driver says when PostgreSQL cannot be reached.
 */
export async function canPlanOnce(options: ConnectionOptions): Promise<boolean> {
  if (options.preparedStatements === false) return false;
  const sql = connect({ ...options, plansOnce: true }, 1);
  try {
    await sql.unsafe("select 1");
    return true;
  } catch (error) {
    if (isProtocolViolation(error)) return false;
    throw error;
  } finally {
    await sql.end({ timeout: 1 });
  }
}
