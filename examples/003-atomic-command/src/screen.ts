import { inspect, styleText } from "node:util";
import type { AggregateEvents } from "@leftfold/event-sourcing";

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

  /** Two columns. The left one is told once, beside the first of the right ones. */
  lines(left: string, ...rights: readonly string[]): void {
    for (const [i, right] of rights.entries()) {
      this.#say(`   ${(i === 0 ? left : "").padEnd(22)} ${right}`);
    }
  }
}

/** An aggregate's events, each with its place in the log, its aggregate, and its place there. */
export function recorded({ aggregateType, aggregateId, events }: AggregateEvents): readonly string[] {
  return events.map(({ globalNonce, aggregateNonce, type, data }) => {
    const place = `${aggregateType} ${aggregateId} #${aggregateNonce}`.padEnd(18);
    const arrow = styleText("green", "→");
    return `${arrow} ${`${globalNonce}`.padStart(2)}  ${place} ${type} ${styleText("dim", shown(data))}`;
  });
}

export function rejected(reason: string, detail: unknown): string {
  return `${styleText("red", `✗ ${reason}`)}${detail === undefined ? "" : ` ${styleText("dim", shown(detail))}`}`;
}

export function remark(text: string): string {
  return styleText("dim", `· ${text}`);
}

/** A bar for a count, and the count. The largest one has 40 cells, and only none has none. */
export function bar(count: number, largest: number): string {
  const cells = count === 0 ? 0 : Math.max(1, Math.round((40 * count) / largest));
  return `${styleText("cyan", "█".repeat(cells))} ${count}`;
}

/** A whole number with its thousands apart. */
export function grouped(count: number): string {
  return count.toLocaleString("en-US");
}

/** A value on one line, as one would write it. */
function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY });
}
