import { createHash } from "node:crypto";
import { type AppendRequest, feedContent } from "@leftfold/core";

/** SHA-256 of an append's content, in hexadecimal; undefined for an append without an idempotency key. */
export function appendFingerprint(request: AppendRequest): string | undefined {
  if (request.idempotencyKey === undefined) return undefined;
  const hash = createHash("sha256");
  feedContent(hash, request);
  return hash.digest("hex");
}
