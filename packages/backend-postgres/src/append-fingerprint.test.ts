import { createHash } from "node:crypto";
import { feedContent } from "@leftfold/core";
import { anAppend, anEvent } from "@leftfold/testing";
import { expect, it } from "vitest";
import { appendFingerprint } from "./append-fingerprint.ts";

it("is the SHA-256 of the content, whatever its size", () => {
  for (const size of [0, 1, 5_000, 16_000, 16_384, 16_385, 100_000]) {
    for (const metadata of [{}, { note: "größer ✓ ".repeat(size / 20) }]) {
      const request = anAppend({
        idempotencyKey: "k",
        events: [anEvent({ payload: new Uint8Array(size).fill(7), metadata }), anEvent()],
      });
      const hash = createHash("sha256");
      feedContent(hash, request);
      expect(appendFingerprint(request)).toBe(hash.digest("hex"));
    }
  }
});

it("is not taken where no key asks for it", () => {
  expect(appendFingerprint(anAppend())).toBeUndefined();
});
