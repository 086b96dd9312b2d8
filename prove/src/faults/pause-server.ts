import { setTimeout } from "node:timers/promises";
import type { Fault } from "../fault.ts";

const longPauseMs = 11_500;

/**
 * A server stands still while others go on with the same logs, and then goes on by what it knew: in most
 * runs for longer than its clients wait, in some for longer than PostgreSQL lets it hold a lock.
 */
export const pauseServer: Fault = {
  name: "pause-server",
  summary: "SIGSTOP of a server while another goes on with the same logs, then SIGCONT",
  reshape: { repeats: "application" },
  applies: ({ servers }) => servers > 1,
  async inject({ servers }, random) {
    const index = random.below(servers.length);
    const server = servers[index]!;
    const pausedMs = random.chance(0.04) ? longPauseMs : 300 + random.below(900);
    server.pause();
    const sinceMs = performance.now();
    return {
      note: `server ${index} paused for ${pausedMs} ms`,
      async heal(signal) {
        const leftMs = Math.max(0, sinceMs + pausedMs - performance.now());
        await setTimeout(leftMs, undefined, { signal }).finally(() => server.resume());
      },
    };
  },
};
