import postgres, { type Sql } from "postgres";
import { socketOpener } from "./open-socket.ts";

/** Where PostgreSQL is, and how it is reached. */
export interface ConnectionOptions {
  /** `postgres://user:password@host:port/database`. Several hosts, comma-separated: the primary is taken. */
  readonly url: string;
  /** Whether statements are prepared once per connection. True when absent. */
  readonly preparedStatements?: boolean | undefined;
  /**
   * Whether a prepared statement is planned once, whatever its values, and by way of indexes, however small the tables. False
   * when absent: PostgreSQL then plans it for each execution when it takes that to be cheaper, as it does with pages of large logs.
   */
  readonly plansOnce?: boolean | undefined;
}

/** Half a second at most between two attempts to connect. */
const pauseMaxSeconds = 0.5;

/** Connections to PostgreSQL, at most so many; they are opened when they are needed. */
export function connect(
  { url, preparedStatements = true, plansOnce = false }: ConnectionOptions,
  max: number,
): Sql {
  const options = {
    // Not in the driver's types, but in its documentation.
    socket: socketOpener(),
    max,
    prepare: preparedStatements,
    connect_timeout: 10,
    backoff: pauseSeconds,
    onnotice: () => undefined,
    // Arrays are sent as text here. The driver would ask for their types on every new connection, and nobody
    // would catch the error when that fails: the process would end.
    fetch_types: false,
    // `read-write` would take a hot standby, whose transactions can be read-write without being able to
    // write.
    ...(isMultiHost(url) && { target_session_attrs: "primary" as const }),
    connection: {
      application_name: "leftfold",
      // A plan that is made while a table is small is kept while it grows: it had better use the index.
      ...(plansOnce && { plan_cache_mode: "force_generic_plan", enable_seqscan: "off" }),
    },
  };
  return postgres(url, options);
}

/**
 * How long to wait before the next attempt to connect, after so many that failed. The driver's own pauses grow to twenty seconds, and
 * it counts the failures of all connections together: a database that refused some for a tenth of a second would be left alone for
 * many after it is back.
 */
function pauseSeconds(failures: number): number {
  return Math.min(3 ** failures / 100, pauseMaxSeconds) * (0.5 + Math.random() / 2);
}

function isMultiHost(url: string): boolean {
  return /^[a-z]+:\/\/[^/]*,/.test(url);
}
