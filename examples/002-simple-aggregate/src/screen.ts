import { inspect, styleText } from "node:util";
import type { CommandResult } from "@leftfold/event-sourcing";

/** Where a line goes. */
export type Say = (line: string) => void;

/** How the tour looks: numbered steps, and below each what was sent beside what came of it. */
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
    this.#say(`   ${left.padEnd(18)} ${right}`);
  }
}

export function recorded({ aggregateNonce, type, data }: RecordedEvent): string {
  return `${styleText("green", "→")} #${aggregateNonce} ${type} ${styleText("dim", shown(data))}`;
}

type RecordedEvent = CommandResult["aggregates"][number]["events"][number];

export function rejected(reason: string, detail: unknown): string {
  return `${styleText("red", `✗ ${reason}`)}${detail === undefined ? "" : ` ${styleText("dim", shown(detail))}`}`;
}

/** A value on one line, as one would write it. */
export function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}
