import { setTimeout as sleep } from "node:timers/promises";

/** Where a proxy has its time from. */
export interface ProxyClock {
  /** Milliseconds since any moment; never goes back. */
  nowMs(): number;
  /** Resolves after so long, and as soon as the signal is aborted. */
  pause(ms: number, signal: AbortSignal): Promise<void>;
}

export const systemClock: ProxyClock = {
  nowMs: () => performance.now(),
  pause: (ms, signal) => sleep(ms, undefined, { signal, ref: false }).catch(() => undefined),
};
