import { destination, pino } from "pino";
import type { ServerLog } from "./error-report.ts";

/** A log of errors, one JSON object a line, on the standard error stream. */
export function defaultLog(): ServerLog {
  return pino({ level: "error", base: null }, destination({ fd: 2, sync: true }));
}
