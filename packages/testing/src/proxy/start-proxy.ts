import { SeededRandom } from "../builders/seeded-random.ts";
import { NetworkProxy } from "./network-proxy.ts";
import { type ProxyClock, systemClock } from "./proxy-clock.ts";
import type { ProxyConditions } from "./proxy-conditions.ts";
import type { ProxyTap } from "./proxy-tap.ts";

export interface ProxyOptions {
  /** Where connections lead. */
  readonly target: { readonly host?: string | undefined; readonly port: number };
  /** The port on 127.0.0.1; a free one when absent. */
  readonly port?: number | undefined;
  /** What jitter and choices are drawn from; a generator with a fresh seed when absent. */
  readonly random?: SeededRandom | undefined;
  /** How the network is in the beginning; without faults when absent. */
  readonly conditions?: ProxyConditions | undefined;
  /** Makes what listens on each new connection, and may cut it; nobody does when absent. */
  readonly tap?: ((random: SeededRandom) => ProxyTap) | undefined;
  /**
   * How many bytes each direction of a connection may hold before the sender has to wait, not counting the last piece that was
   * read; 262,144 when absent.
   */
  readonly bufferBytesMax?: number | undefined;
  /** How many connections there may be at once, after which new ones are reset; 1,000 when absent. */
  readonly connectionsMax?: number | undefined;
  /** Where latency, jitter and throttling have their time from; the system when absent. */
  readonly clock?: ProxyClock | undefined;
}

/**
 * Starts a TCP proxy that is a bad network on command: slow, narrow, torn, silent or absent. Everything that it draws comes from
 * one seed; what the system's scheduling adds does not.
 *
 * @throws RangeError for conditions that mean nothing; the system's error when the port is taken.
 */
export async function startProxy(options: ProxyOptions): Promise<NetworkProxy> {
  const { random = new SeededRandom(), conditions = {}, target, bufferBytesMax = 262_144 } = options;
  const proxy = new NetworkProxy({
    target: { host: target.host ?? "127.0.0.1", port: target.port },
    random,
    tap: options.tap,
    bufferBytesMax,
    connectionsMax: options.connectionsMax ?? 1000,
    clock: options.clock ?? systemClock,
  });
  await proxy.listen(options.port ?? 0);
  await proxy.apply(conditions).catch(async (error: unknown) => {
    await proxy[Symbol.asyncDispose]();
    throw error;
  });
  return proxy;
}
