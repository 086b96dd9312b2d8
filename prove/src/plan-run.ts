import { SeededRandom } from "@leftfold/testing";
import type { Fault } from "./fault.ts";
import { drawShape, type Shape } from "./shape.ts";
import { mergeNeeds, type Needs } from "./world/needs.ts";

/** What a run will do: all that its seed decides. */
export interface RunPlan {
  readonly seed: number;
  readonly shape: Shape;
  readonly needs: Needs;
  readonly strikes: readonly PlannedStrike[];
  /** How long the load goes on when everything is healed. */
  readonly tailMs: number;
}

/** A fault, and when it comes and goes. */
export interface PlannedStrike {
  readonly fault: Fault;
  /** When it is injected, from the moment at which the load is under way. */
  readonly atMs: number;
  /** How long it stays before it is healed. */
  readonly heldMs: number;
  /** What its choices are drawn from. */
  readonly seed: number;
}

const shapesTriedMax = 100;

/**
 * Plans the run of a seed. Which faults it gets depends on the seed and on each fault's own name, so that a
 * run is planned alike from all faults and from only those that it got.
 *
 * @throws RangeError when there is no fault, or one that applies to no shape.
 */
export function planRun(seed: number, faults: readonly Fault[]): RunPlan {
  const random = new SeededRandom(seed);
  const count = random.chance(0.7) ? 1 : random.chance(0.8) ? 2 : 3;
  const shapes = random.fork();
  const moments = random.fork();
  const tailMs = 100 + random.below(250);
  const ranked = faults.toSorted((one, other) => rank(seed, other.name) - rank(seed, one.name));
  const first = ranked[0];
  if (first === undefined) throw new RangeError("There is no fault to plan a run with.");
  let shape = shapeFor(first, shapes);
  const chosen = [first];
  for (const fault of ranked.slice(1, count)) {
    const reshaped = { ...shape, ...fault.reshape };
    const applies = [...chosen, fault].every((each) => each.applies(reshaped));
    if (!applies || mergeNeeds([...chosen, fault].map(({ needs }) => needs)) === undefined) continue;
    shape = reshaped;
    chosen.push(fault);
  }
  const strikes = chosen.map((fault) => ({
    fault,
    atMs: moments.below(450),
    heldMs: moments.below(500),
    seed: moments.below(2 ** 32),
  }));
  const needs = mergeNeeds(chosen.map((fault) => fault.needs)) ?? {};
  return { seed, shape, needs, strikes, tailMs };
}

function shapeFor(fault: Fault, random: SeededRandom): Shape {
  for (let tries = 0; tries < shapesTriedMax; tries++) {
    const shape = { ...drawShape(random), ...fault.reshape };
    if (fault.applies(shape)) return shape;
  }
  throw new RangeError(`The fault ${fault.name} applies to none of ${shapesTriedMax} shapes.`);
}

/** FNV-1a over the name, from the seed: the highest of all faults' is the run's first. */
function rank(seed: number, name: string): number {
  let hash = (seed ^ 0x811c9dc5) >>> 0;
  for (const character of name) hash = Math.imul(hash ^ character.charCodeAt(0), 0x01000193) >>> 0;
  return new SeededRandom(hash).below(2 ** 32);
}
