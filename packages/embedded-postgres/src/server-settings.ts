import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";

/** Any of PostgreSQL's settings, by name, such as `{ shared_buffers: "512MB" }`. */
export type ServerSettings = Readonly<Record<string, string>>;

/** What differs from PostgreSQL's own defaults, or must not be left to them. */
const DEFAULTS: ServerSettings = {
  fsync: "on",
  synchronous_commit: "on",
  full_page_writes: "on",
  max_connections: "200",
  shared_buffers: "128MB",
  password_encryption: "scram-sha-256",
  timezone: "UTC",
  log_timezone: "UTC",
  lc_messages: "C", // The log is searched for known messages.
  log_checkpoints: "off",
};

/** What this package relies on, and what therefore cannot be chosen. */
const FIXED: ServerSettings = {
  listen_addresses: "127.0.0.1",
  unix_socket_directories: "",
  logging_collector: "off",
  log_destination: "stderr",
};

const RESERVED = new Set([...Object.keys(FIXED), "port", "data_directory", "hba_file", "external_pid_file"]);
RESERVED.add("lc_messages");

/**
 * Refuses names that are none, and those on which this package relies.
 *
 * @throws {@link EmbeddedPostgresError} with `invalid-option`.
 */
export function checkSettings(settings: ServerSettings): void {
  for (const [name, value] of Object.entries(settings)) {
    const problem = !/^[a-z_][a-z0-9_.]*$/.test(name)
      ? "is no name of a PostgreSQL setting: use lower case letters, digits and underscores"
      : RESERVED.has(name)
        ? "cannot be changed, since the embedded PostgreSQL relies on it: leave it out (the port is an option)"
        : /[\0\r\n]/.test(value)
          ? "has a value with a line break: leave it out"
          : undefined;
    if (problem === undefined) continue;
    throw new EmbeddedPostgresError("invalid-option", `The setting ${JSON.stringify(name)} ${problem}.`);
  }
}

/** The arguments of `postgres` that put the settings into force. */
export function settingsArguments(settings: ServerSettings): readonly string[] {
  return Object.entries({ ...DEFAULTS, ...settings, ...FIXED }).flatMap(([name, value]) => [
    "-c",
    `${name}=${value}`,
  ]);
}
