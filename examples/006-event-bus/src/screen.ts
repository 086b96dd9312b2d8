import { inspect, styleText } from "node:util";

/** Where a line goes. */
export type Say = (line: string) => void;

/** How the tour looks: numbered steps, and below each what was recorded, and what has come of it. */
export class Screen {
  readonly #say: Say;
  #steps = 0;

  constructor(say: Say) {
    this.#say = say;
  }

  step(title: string): void {
    this.#say("");
    this.#say(styleText("bold", `${++this.#steps}. ${title}`));
  }

  /** Two columns; the left one may be empty. */
  line(left: string, right: string): void {
    this.#say(`   ${left.padEnd(14)} ${right}`);
  }
}

/** A value on one line, as one would write it. */
export function shown(value: unknown): string {
  return styleText("dim", inspect(value, { breakLength: Number.POSITIVE_INFINITY }));
}
