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

function isMultiHost(url: string): boolean {
  return /^[a-z]+:\/\/[^/]*,/.test(url);
}
