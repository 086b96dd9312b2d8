/**
 * What the writer believes of an aggregate before an append. The store checks it and rejects the append when
 * it is wrong.
 */
export type ExpectedNonce =
  | { readonly kind: "exact"; readonly nonce: bigint }
  | { readonly kind: "noStream" }
  | { readonly kind: "streamExists" }
  | { readonly kind: "any" };

/**
 * The aggregate's last event has exactly this nonce; the append's events get the nonces after it.
 *
 * @param nonce 0 or more. Zero means that the aggregate has no events, just as {@link noStream} does.
 */
export function exact(nonce: bigint): ExpectedNonce {
  return { kind: "exact", nonce };
}

/** The aggregate has no events yet. */
export const noStream: ExpectedNonce = Object.freeze({ kind: "noStream" });

/** The aggregate has at least one event, whichever its nonce; the store assigns the nonces. */
export const streamExists: ExpectedNonce = Object.freeze({ kind: "streamExists" });

/** Nothing is expected of the aggregate; the store assigns the nonces. */
export const any: ExpectedNonce = Object.freeze({ kind: "any" });

/** The nonce that an expectation pins down, or undefined when it leaves the nonce to the store. */
export function pinnedNonce(expected: ExpectedNonce): bigint | undefined {
  switch (expected.kind) {
    case "exact":
      return expected.nonce;
    case "noStream":
      return 0n;
    case "streamExists":
    case "any":
      return undefined;
  }
}

/** Whether an aggregate whose last nonce is `actual` (0 when it has no events) is as expected. */
export function holds(expected: ExpectedNonce, actual: bigint): boolean {
  switch (expected.kind) {
    case "exact":
      return actual === expected.nonce;
    case "noStream":
      return actual === 0n;
    case "streamExists":
      return actual > 0n;
    case "any":
      return true;
  }
}

/** An expectation in words, for messages: `exact(3)`, `noStream`, … */
export function describeExpected(expected: ExpectedNonce): string {
  return expected.kind === "exact" ? `exact(${expected.nonce})` : expected.kind;
}
