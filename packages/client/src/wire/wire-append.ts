import type { ValidAppend } from "@leftfold/core";
import { encodeAppend } from "@leftfold/proto";
import type { WireAppend } from "../append/pending-append.ts";

/** An append as it travels, encoded once, under the key that all its repetitions have. */
export function wireAppend(
  tenantId: string,
  append: ValidAppend,
  idempotencyKey: string,
): WireAppend<Uint8Array> {
  const message = encodeAppend(tenantId, { ...append, idempotencyKey });
  return { message, byteCount: message.length };
}
