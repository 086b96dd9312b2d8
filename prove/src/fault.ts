import type { SeededRandom } from "@leftfold/testing";
import type { Shape } from "./shape.ts";
import type { Needs } from "./world/needs.ts";
import type { World } from "./world/world.ts";

/** Something that goes wrong in the world around a store, or in its own processes. */
export interface Fault {
  /** Names it on the command line and in the tables: kebab-case, and unique. */
  readonly name: string;
  /** What it does, in one line. */
  readonly summary: string;
  /** What the world has to be opened with so that this can be injected; nothing when absent. */
  readonly needs?: Needs | undefined;
  /** What the load must be like for this to mean anything, in place of what the seed draws. */
  readonly reshape?: Partial<Shape> | undefined;
  /** Why this cannot be brought about on this machine; it can when absent, and when undefined comes back. */
  readonly obstacle?: (() => string | undefined) | undefined;
  /** Whether this can be injected into, and means anything in, a world of this shape. */
  applies(shape: Shape): boolean;
  /**
   * Makes it go wrong, while the load goes on. Every choice comes from `random`. Resolves when the fault is
   * in force; what takes until it is healed goes on in the background, and ends with the injection.
   *
   * @throws the signal's reason when the run is given up; nothing is to be healed then but by the world.
   */
  inject(world: World, random: SeededRandom, signal: AbortSignal): Promise<Injection>;
}

/** A fault that is in force. */
export interface Injection {
  /** What was hit, and how, in a few words: it is told when the run fails. */
  readonly note: string;
  /**
   * Makes the world as it was: every process runs, and every way is open. Called once, and also when the
   * run failed.
   */
  heal(signal: AbortSignal): Promise<void>;
}
