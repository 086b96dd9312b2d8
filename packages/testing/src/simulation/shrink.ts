import { trimmed } from "./choices.ts";

/** Runs that a failing schedule is worth, at most. */
const runsMax = 3_000;

/**
 * Makes a failing list of choices as plain as it can be: as few as possible that are not 0, as short as possible, as low as
 * possible. It takes away ever smaller parts, and keeps what still fails ("delta debugging", Zeller and Hildebrandt, 2002);
 * a part is made plain first, which leaves the choices behind it their meaning, and left out second.
 *
 * @param fails runs a list; gives the choices that were really made when it failed in the same way, undefined otherwise.
 */
export async function shrink(
  failing: readonly number[],
  fails: (choices: readonly number[]) => Promise<readonly number[] | undefined>,
): Promise<readonly number[]> {
  let best = trimmed(failing);
  let runsLeft = runsMax;
  const tries = async (candidate: readonly number[]): Promise<boolean> => {
    if (!isPlainer(candidate, best) || runsLeft-- <= 0) return false;
    const made = await fails(candidate);
    if (made === undefined) return false;
    const plain = trimmed(made);
    best = isPlainer(plain, candidate) ? plain : trimmed(candidate);
    return true;
  };
  for (let before: readonly number[] = []; before !== best && runsLeft > 0; ) {
    before = best;
    await pass(
      () => deviations(best),
      tries,
      (places) => madePlain(best, places),
    );
    await pass(
      () => best.map((_, place) => place),
      tries,
      (places) => leftOut(best, places),
    );
    for (let place = 0; place < best.length; place++) {
      for (let lower = 1; lower < best[place]!; lower++) if (await tries(best.with(place, lower))) break;
    }
  }
  return best;
}

/** One pass over all parts: halves first, single places last. */
async function pass(
  placesNow: () => readonly number[],
  tries: (candidate: readonly number[]) => Promise<boolean>,
  without: (places: ReadonlySet<number>) => readonly number[],
): Promise<void> {
  for (let size = placesNow().length; size >= 1; size = Math.floor(size / 2)) {
    // From the end: what comes later rests on what comes first.
    for (let end = placesNow().length; end > 0; ) {
      const places = placesNow();
      const part = new Set(places.slice(Math.max(0, end - size), end));
      await tries(without(part));
      end -= size;
    }
  }
}

function deviations(choices: readonly number[]): number[] {
  return choices.flatMap((choice, place) => (choice === 0 ? [] : [place]));
}

function madePlain(choices: readonly number[], places: ReadonlySet<number>): number[] {
  return choices.map((choice, place) => (places.has(place) ? 0 : choice));
}

function leftOut(choices: readonly number[], places: ReadonlySet<number>): number[] {
  return choices.filter((_, place) => !places.has(place));
}

function isPlainer(one: readonly number[], other: readonly number[]): boolean {
  const [mine, others] = [trimmed(one), trimmed(other)];
  const sum = (choices: readonly number[]): number => choices.reduce((total, choice) => total + choice, 0);
  const difference =
    deviations(mine).length - deviations(others).length ||
    mine.length - others.length ||
    sum(mine) - sum(others);
  return difference < 0;
}
