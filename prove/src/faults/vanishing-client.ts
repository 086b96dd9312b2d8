import { setTimeout } from "node:timers/promises";
import type { Fault } from "../fault.ts";

const pauseMaxMs = 60;

/** Clients go in the middle of appends, reads and subscriptions, again and again. */
export const vanishingClient: Fault = {
  name: "vanishing-client",
  summary: "clients whose connections, calls and subscriptions are gone in the middle, again and again",
  applies: () => true,
  async inject({ clients }, random, signal) {
    const healing = new AbortController();
    const over = AbortSignal.any([healing.signal, signal]);
    const vanishing = (async () => {
      while (!over.aborted) {
        await random.pick(clients).vanish();
        await setTimeout(random.below(pauseMaxMs), undefined, { signal: over }).catch(() => {});
      }
    })();
    return {
      note: "clients vanish",
      async heal() {
        healing.abort();
        await vanishing;
      },
    };
  },
};
