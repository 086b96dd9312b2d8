import type { Direction } from "./proxy-conditions.ts";

/** What becomes of a piece on its way. The first bytes pass; the others never arrive. */
export interface Verdict {
  readonly passBytes: number;
  /** Whether the connection is cut then. */
  readonly cut: boolean;
}

/** Listens on one connection, and decides by what is said on it where it is cut. */
export interface ProxyTap {
  /** Asked for every piece, in order, when it is its turn to be passed on; it passes whole when undefined comes back. */
  hear(direction: Direction, bytes: Buffer): Verdict | undefined;
}
