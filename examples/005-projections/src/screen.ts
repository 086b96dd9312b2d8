import { inspect, styleText } from "node:util";
import type { RunnerStatus } from "@leftfold/event-sourcing";

/** Where a line goes. */
export type Say = (line: string) => void;

/** How the tour looks: numbered steps, what is found in two columns, and bars for what takes a while. */
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

  line(left: string, right: string): void {
    this.#say(`   ${left.padEnd(22)} ${right}`);
  }

  /** Shows statuses as they come: one line for every quarter of the way. */
  async progress(statuses: AsyncIterable<RunnerStatus>, note = async () => ""): Promise<void> {
    let next = 0;
    for await (const status of statuses) {
      const isDone = status.state === "live" && status.lag === 0n;
      if (status.progress < next && !isDone) continue;
      next = Math.floor(status.progress * 4 + 1) / 4;
      this.#say(`   ${bar(status)}  ${await note()}`.trimEnd());
    }
  }
}

function bar({ progress, checkpoint, head, lag, state }: RunnerStatus): string {
  const width = 24;
  const done = Math.floor(progress * width);
  const filled = styleText("green", "█".repeat(done)) + styleText("dim", "░".repeat(width - done));
  const percent = `${(progress * 100).toFixed(1)} %`.padStart(7);
  return `${filled} ${percent}  ${counted(checkpoint)} of ${counted(head)}, ${counted(lag)} behind  ${state}`;
}

/** Such as 20,000. */
export function counted(count: bigint | number): string {
  return count.toLocaleString("en");
}

/** A value on one line. Sorted: PostgreSQL has an order of its own for the fields of a document. */
export function shown(value: unknown): string {
  return inspect(value, { breakLength: Number.POSITIVE_INFINITY, sorted: true });
}

export function good(text: string): string {
  return styleText("green", text);
}

export function bad(text: string): string {
  return styleText("red", text);
}
