import { createHash } from "node:crypto";
import { type AppendRequest, feedContent } from "@leftfold/core";

/** What tells whether two appends have the same content. */
export function fingerprint(append: AppendRequest): string {
  const hash = createHash("sha256");
  feedContent(hash, append);
  return hash.digest("base64");
}
