import type { ContractArea } from "../contract-area.ts";
import { appendAtomicity } from "./append-atomicity.ts";
import { appendConditions } from "./append-conditions.ts";
import { appendEventIds } from "./append-event-ids.ts";
import { appendExpectations } from "./append-expectations.ts";
import { appendGenerated } from "./append-generated.ts";
import { appendIdempotency } from "./append-idempotency.ts";
import { appendLimits } from "./append-limits.ts";
import { appendRecording } from "./append-recording.ts";
import { cancellation } from "./cancellation.ts";
import { concurrentAppends } from "./concurrent-appends.ts";
import { concurrentConsistency } from "./concurrent-consistency.ts";
import { lifecycle } from "./lifecycle.ts";
import { names } from "./names.ts";
import { queries } from "./queries.ts";
import { readAll } from "./read-all.ts";
import { readStream } from "./read-stream.ts";
import { subscribeLive } from "./subscribe-live.ts";
import { subscribeReplay } from "./subscribe-replay.ts";
import { tenancy } from "./tenancy.ts";

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
  appendGenerated,
  readStream,
  readAll,
  queries,
  subscribeReplay,
  subscribeLive,
  concurrentAppends,
  concurrentConsistency,
  tenancy,
  cancellation,
  lifecycle,
];
