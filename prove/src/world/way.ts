/** How one part of a world reaches another: an address that leads to its port. */
export interface Way extends AsyncDisposable {
  /** The port on 127.0.0.1 at which the other end is found. */
  readonly port: number;
}

/** What a way leads from and to. */
export interface WayEnds {
  readonly from: "server" | "client";
  /** The number of the server or client it starts from, from 0. */
  readonly index: number;
  /** The port on 127.0.0.1 of PostgreSQL, for a server, or of a server, for a client. */
  readonly targetPort: number;
}

/**
 * Opens a way, which lives as long as its world or, for a client, as its run. A fault that needs more of it
 * than its port finds it again in the world by its class.
 */
export type OpenWay = (ends: WayEnds) => Promise<Way>;

/** A way with nothing in between. */
export async function straightWay({ targetPort }: WayEnds): Promise<Way> {
  return { port: targetPort, [Symbol.asyncDispose]: async () => {} };
}
