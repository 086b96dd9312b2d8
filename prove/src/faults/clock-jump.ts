import { setTimeout } from "node:timers/promises";
import type { Fault } from "../fault.ts";
import { setClock, settableClocks } from "../world/clocks.ts";

const shiftsMs = [50, 1_000, 60_000, 3_600_000, 86_400_000, 400 * 86_400_000];
const pauseMaxMs = 120;

/** Wall clocks of servers jump back and forth, as by a virtual machine that is resumed, or by an operator. */
export const clockJump: Fault = {
  name: "clock-jump",
  summary: "wall clocks of servers set back and forth, by milliseconds to a year, again and again",
  get needs() {
    return settableClocks();
  },
  applies: () => true,
  async inject({ servers }, random, signal) {
    const healing = new AbortController();
    const over = AbortSignal.any([healing.signal, signal]);
    const jump = async (): Promise<void> => {
      const shiftMs = random.pick(shiftsMs) * random.pick([-1, 1]);
      await setClock(random.pick(servers), shiftMs);
    };
    await jump();
    const jumping = (async () => {
      while (!over.aborted) {
        await setTimeout(random.below(pauseMaxMs), undefined, { signal: over }).catch(() => {});
        if (!over.aborted) await jump();
      }
    })();
    return {
      note: "clocks jump",
      async heal() {
        healing.abort();
        await jumping;
        for (const server of servers) await setClock(server, 0);
      },
    };
  },
};
