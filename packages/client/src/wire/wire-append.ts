import type { ValidAppend } from "@leftfold/core";
import { appendRequestToWire, type AppendRequest as WireAppendRequest } from "@leftfold/proto";
import type { WireAppend } from "../append/pending-append.ts";

/**
 * What an event weighs on the wire beside what the limits count: names, ids, tags of fields. A guess, on
 * the high side.
 */
const bytesPerEvent = 256;

/** An append as it travels, under the key that all its repetitions have. */
export function wireAppend(
  tenantId: string,
  append: ValidAppend,
  idempotencyKey: string,
): WireAppend<WireAppendRequest> {
  const message = appendRequestToWire(tenantId, append);
  message.idempotencyKey = idempotencyKey;
  return { message, byteCount: append.byteCount + bytesPerEvent * (1 + append.eventCount) };
}
