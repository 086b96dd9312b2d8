import { createHash, hash } from "node:crypto";
import { type AppendRequest, feedContent } from "@leftfold/core";

/** Contents up to this many bytes are hashed at once, at half the cost. */
const scratch: Buffer = Buffer.allocUnsafe(16 * 1024);
const utf8BytesPerUnitMax = 3;

/** SHA-256 of an append's content, in hexadecimal; undefined for an append without an idempotency key. */
export function appendFingerprint(request: AppendRequest): string | undefined {
  if (request.idempotencyKey === undefined) return undefined;
  let length = 0;
  let fits = true;
  const gather = (piece: string | Uint8Array): void => {
    const room = scratch.length - length;
    fits &&= typeof piece === "string" ? piece.length * utf8BytesPerUnitMax <= room : piece.length <= room;
    if (!fits) return;
    if (typeof piece === "string") {
      length += scratch.write(piece, length);
    } else {
      scratch.set(piece, length);
      length += piece.length;
    }
  };
  feedContent({ update: gather }, request);
  if (fits) return hash("sha256", scratch.subarray(0, length), "hex");
  const large = createHash("sha256");
  feedContent(large, request);
  return large.digest("hex");
}
