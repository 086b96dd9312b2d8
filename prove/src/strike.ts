import { setTimeout } from "node:timers/promises";
import { SeededRandom } from "@leftfold/testing";
import type { PlannedStrike } from "./plan-run.ts";
import type { World } from "./world/world.ts";

/** What a planned fault came to. */
export interface Struck {
  readonly fault: string;
  /** What was hit; that it never came to it, when the run ended before. */
  readonly note: string;
  /** When it was in force and when it was healed, from the moment at which the load was under way. */
  readonly injectedAtMs: number;
  readonly healedAtMs: number;
}

/** Injects a fault at its moment, and heals it at its other one. */
export async function strike(
  { fault, atMs, heldMs, seed }: PlannedStrike,
  world: World,
  signal: AbortSignal,
): Promise<Struck> {
  const startedMs = performance.now();
  const sinceMs = (): number => Math.round(performance.now() - startedMs);
  await setTimeout(atMs, undefined, { signal });
  const injection = await fault.inject(world, new SeededRandom(seed), signal);
  const injectedAtMs = sinceMs();
  // Whatever happens meanwhile, what was broken is healed.
  await setTimeout(heldMs, undefined, { signal }).catch(() => {});
  await injection.heal(signal);
  return { fault: fault.name, note: injection.note, injectedAtMs, healedAtMs: sinceMs() };
}
