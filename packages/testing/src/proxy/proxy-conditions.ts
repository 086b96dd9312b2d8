/** One of the two ways through a proxy. */
export type Direction = "toTarget" | "toClient";

/** How a connection ends: at once and with an error (TCP's RST), or in good order (FIN), with the same data missing. */
export type CutKind = "reset" | "close";

/** A number of bytes, or from and to which number it is drawn, for each connection. */
export type ByteCount = number | readonly [min: number, max: number];

/** How the network is to behave. What is absent behaves as it should. */
export interface ProxyConditions {
  /** How long every byte travels, in each direction. 0 when absent. */
  readonly latencyMs?: number | undefined;
  /** Up to how much longer, drawn for each piece that arrives; the order stays. 0 when absent. */
  readonly jitterMs?: number | undefined;
  /** What gets through each connection in each direction; unbounded when absent, at least 1. */
  readonly bytesPerSecond?: number | undefined;
  /** The largest piece in which bytes are passed on; as they came when absent, at least 1. */
  readonly pieceBytesMax?: number | undefined;
  /** Each connection is cut once so many more bytes have passed in a direction. */
  readonly cutAfterBytes?: (Partial<Record<Direction, ByteCount>> & { readonly kind?: CutKind }) | undefined;
  /**
   * Nothing passes in these directions, and nobody is told: connections stay open, and what is sent waits in bounded buffers. It
   * gets through when the network heals, as what TCP sends again would.
   */
  readonly blackHole?: Direction | "both" | undefined;
  /** New connections are refused, as by a port at which nobody listens, or accepted and reset at once. */
  readonly newConnections?: "refuse" | "reset" | undefined;
}

/** Whether nothing passes in a direction. */
export function isBlackHoled({ blackHole }: ProxyConditions, direction: Direction): boolean {
  return blackHole === "both" || blackHole === direction;
}

/** Throttled bytes are passed on ten times a second, and each piece by itself. */
const slicesPerSecond = 10;

/** The most that may be passed on at once. */
export function pieceBytesMax({ bytesPerSecond, pieceBytesMax = 65_536 }: ProxyConditions): number {
  if (bytesPerSecond === undefined) return pieceBytesMax;
  return Math.max(1, Math.min(pieceBytesMax, Math.floor(bytesPerSecond / slicesPerSecond)));
}

/** @throws RangeError for a number that means nothing. */
export function checkConditions(conditions: ProxyConditions): void {
  const { latencyMs = 0, jitterMs = 0, bytesPerSecond = 1, pieceBytesMax = 1, cutAfterBytes } = conditions;
  atLeast(0, { latencyMs, jitterMs });
  for (const name of ["toTarget", "toClient"] as const) {
    const [min, max] = byteRange(cutAfterBytes?.[name] ?? 0);
    atLeast(0, { [name]: min });
    atLeast(min, { [name]: max });
  }
  atLeast(1, { bytesPerSecond, pieceBytesMax });
}

/** From and to which number of bytes. */
export function byteRange(count: ByteCount): readonly [min: number, max: number] {
  return typeof count === "number" ? [count, count] : count;
}

function atLeast(min: number, values: Readonly<Record<string, number>>): void {
  for (const [name, value] of Object.entries(values)) {
    if (!(Number.isFinite(value) && value >= min))
      throw new RangeError(`${name} is ${value}; it must be a number from ${min}.`);
  }
}
