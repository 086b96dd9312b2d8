import { SeededRandom } from "../builders/seeded-random.ts";

/** What is chosen: who goes on, whether something fails, or a value that a scenario draws. */
export type ChoiceKind = "turn" | "fault" | "value";

/** Where the choices of a schedule come from. 0 is always the plain course: in order, in time, without failures. */
export interface Choices {
  /** One of so many options, from 0; at least two. */
  next(count: number, kind: ChoiceKind): number;
}

/**
 * Choices by chance. How likely failures, late turns and the passing of time are is drawn first, anew for each seed:
 * schedules that leave something out reach further in what is left ("swarm testing", Groce, Zhang, Eide, Chen and Regehr,
 * 2012).
 */
export class RandomChoices implements Choices {
  readonly #random: SeededRandom;
  readonly #oldestRate: number;
  readonly #timeRate: number;
  readonly #faultRate: number;

  constructor(seed: number) {
    this.#random = new SeededRandom(seed);
    this.#oldestRate = this.#random.pick([0, 0.3, 0.7]);
    this.#timeRate = this.#random.pick([0, 0.03, 0.2]);
    this.#faultRate = this.#random.pick([0, 0.05, 0.15, 0.3]);
  }

  next(count: number, kind: ChoiceKind): number {
    const random = this.#random;
    if (kind === "value") return random.below(count);
    if (kind === "fault") return random.chance(this.#faultRate) ? 1 + random.below(count - 1) : 0;
    // The last option is that time passes.
    if (random.chance(this.#timeRate)) return count - 1;
    return count === 2 || random.chance(this.#oldestRate) ? 0 : random.below(count - 1);
  }
}

/** Choices that are given one by one. The plain course is taken where there are none left, or none of that number. */
export class GivenChoices implements Choices {
  readonly #given: readonly number[];
  #next = 0;

  constructor(given: readonly number[]) {
    this.#given = given;
  }

  next(count: number): number {
    const given = this.#given[this.#next++] ?? 0;
    return given < count ? given : 0;
  }
}

/** A schedule as text: its choices up to the last one that is not plain, plain ones in a row as `0xN`. */
export function choicesText(choices: readonly number[]): string {
  const runs: { choice: number; times: number }[] = [];
  for (const choice of trimmed(choices)) {
    const last = runs.at(-1);
    if (last?.choice === choice) last.times++;
    else runs.push({ choice, times: 1 });
  }
  return runs.map(({ choice, times }) => (times > 1 ? `${choice}x${times}` : `${choice}`)).join(".") || "0";
}

/**
 * The choices that a text stands for.
 *
 * @throws when it is none.
 */
export function choicesFrom(text: string): number[] {
  return text.split(".").flatMap((part) => {
    const [, choice, times = "1"] = /^(\d+)(?:x(\d+))?$/.exec(part) ?? [];
    if (choice === undefined) throw new Error(`"${text}" is no schedule: it goes like 3.0x5.1.`);
    return Array.from({ length: Number(times) }, () => Number(choice));
  });
}

/** Without the plain choices at the end: they are taken anyway. */
export function trimmed(choices: readonly number[]): readonly number[] {
  return choices.slice(0, choices.findLastIndex((choice) => choice !== 0) + 1);
}
