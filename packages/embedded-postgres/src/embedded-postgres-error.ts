/** Every way in which the embedded PostgreSQL can fail. The codes are API; the messages are not. */
export type EmbeddedPostgresErrorCode =
  /** An option has a value that cannot be used. */
  | "invalid-option"
  /** There is no PostgreSQL on npm for this operating system, processor or C library. */
  | "unsupported-platform"
  /** The optional dependency with the binaries was not installed. */
  | "package-missing"
  /** The folder cannot be created, read, written or entered, or holds something else. */
  | "data-dir-unusable"
  /** The folder holds the data of another major version of PostgreSQL. */
  | "data-dir-version"
  /** The wanted port is taken, or the running PostgreSQL is shared and listens elsewhere. */
  | "port-unavailable"
  /** Another process was starting or stopping this PostgreSQL for too long. */
  | "busy"
  /** `initdb` did not succeed. */
  | "initdb-failed"
  /** PostgreSQL ended before it was ready. */
  | "start-failed"
  /** PostgreSQL was not ready in time. */
  | "start-timeout"
  /** PostgreSQL could not be stopped. */
  | "stop-failed";

const RETRYABLE: ReadonlySet<EmbeddedPostgresErrorCode> = new Set([
  "busy",
  "port-unavailable",
  "start-timeout",
]);

/** The embedded PostgreSQL could not be started or stopped. The message says what to do; switch on `code`. */
export class EmbeddedPostgresError extends Error {
  readonly code: EmbeddedPostgresErrorCode;

  constructor(code: EmbeddedPostgresErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }

  override get name(): string {
    return "EmbeddedPostgresError";
  }

  /** Whether the same call can succeed later without anything being repaired first. */
  get retryable(): boolean {
    return RETRYABLE.has(this.code);
  }
}

/** The `code` of a failed system call, such as `ENOENT`; undefined for everything else. */
export function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error) || !("code" in error) || !("syscall" in error)) return undefined;
  return typeof error.code === "string" ? error.code : undefined;
}
