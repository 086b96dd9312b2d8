import type { ContractArea } from "../contract-area.ts";
import { appendAtomicity } from "./append-atomicity.ts";
import { appendConditions } from "./append-conditions.ts";
import { appendEventIds } from "./append-event-ids.ts";
import { appendExpectations } from "./append-expectations.ts";
import { appendIdempotency } from "./append-idempotency.ts";
import { appendLimits } from "./append-limits.ts";
import { appendRecording } from "./append-recording.ts";
import { names } from "./names.ts";
import { queries } from "./queries.ts";
import { readAll } from "./read-all.ts";
import { readStream } from "./read-stream.ts";

/** The whole contract, in reading order. */
export const contractAreas: readonly ContractArea[] = [
  appendExpectations,
  appendAtomicity,
  appendIdempotency,
  appendConditions,
  appendEventIds,
  appendRecording,
  appendLimits,
  names,
  readStream,
  readAll,
  queries,
];
