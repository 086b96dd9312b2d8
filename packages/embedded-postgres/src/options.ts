import { EmbeddedPostgresError } from "./embedded-postgres-error.ts";
import { checkSettings, type ServerSettings } from "./server-settings.ts";

/** How to start the embedded PostgreSQL. */
export interface EmbeddedPostgresOptions {
  /**
   * The folder that holds the data, and everything else that PostgreSQL needs. Made when it does not exist; must be
   * empty otherwise, or come from an earlier start. Several processes of one machine may name the same folder and then
   * share one PostgreSQL; processes of several machines or containers must not.
   */
  readonly dataDir: string;
  /** The port on 127.0.0.1; a free one by default. */
  readonly port?: number | undefined;
  /**
   * PostgreSQL's settings, by name, over the defaults of this package (`max_connections` 200, `shared_buffers` 128MB,
   * durable commits). Without effect when PostgreSQL already runs on this data directory.
   */
  readonly settings?: ServerSettings | undefined;
  /** How long the start may take altogether, including the wait for other processes. 60,000 by default, at least 1. */
  readonly startTimeoutMs?: number | undefined;
  /** Gives up the start; the call then rejects with the signal's reason, and nothing is left running by it. */
  readonly signal?: AbortSignal | undefined;
  /** Is told in one line what happens: adopting, making, starting, retrying, stopping. Silent by default. */
  readonly onLog?: ((message: string) => void) | undefined;
}

const START_TIMEOUT_MS = 60_000;
/** The longest time that Node's timers can wait. */
const TIMEOUT_MS_MAX = 2_147_483_647;

/** The options with every default filled in. */
export interface CheckedOptions {
  readonly dataDir: string;
  readonly port: number | undefined;
  readonly settings: ServerSettings;
  readonly startTimeoutMs: number;
  readonly signal: AbortSignal | undefined;
  readonly onLog: (message: string) => void;
}

/**
 * Fills in the defaults.
 *
 * @throws {@link EmbeddedPostgresError} with `invalid-option` for a value that cannot be used.
 */
export function checkOptions(options: EmbeddedPostgresOptions): CheckedOptions {
  const {
    dataDir,
    port,
    settings = {},
    startTimeoutMs = START_TIMEOUT_MS,
    signal,
    onLog = () => {},
  } = options;
  if (typeof dataDir !== "string" || dataDir === "" || /[\0\r\n]/.test(dataDir)) {
    throw invalid("dataDir", dataDir, "the path of a folder, without line breaks");
  }
  if (port !== undefined && !isWholeNumber(port, 65_535)) throw invalid("port", port, "from 1 to 65535");
  if (!isWholeNumber(startTimeoutMs, TIMEOUT_MS_MAX)) {
    throw invalid(
      "startTimeoutMs",
      startTimeoutMs,
      `a whole number of milliseconds from 1 to ${TIMEOUT_MS_MAX}`,
    );
  }
  checkSettings(settings);
  return { dataDir, port, settings, startTimeoutMs, signal, onLog };
}

function isWholeNumber(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function invalid(name: string, value: unknown, wanted: string): EmbeddedPostgresError {
  return new EmbeddedPostgresError(
    "invalid-option",
    `${name} is ${JSON.stringify(value)}; it must be ${wanted}.`,
  );
}
