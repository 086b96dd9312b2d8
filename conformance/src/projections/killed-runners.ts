import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import type { SeededRandom } from "@leftfold/testing";

const program = fileURLToPath(new URL("./runner-process.ts", import.meta.url));

/** Runners in processes of their own, which are killed and replaced at random moments. */
export class KilledRunners implements AsyncDisposable {
  readonly #arguments: readonly string[];
  readonly #random: SeededRandom;
  readonly #children = new Set<ChildProcess>();
  readonly #errors: string[] = [];
  /** They do not outlive this process, whatever ends it before they are disposed of. */
  readonly #killAll = (): void => {
    for (const child of this.#children) child.kill("SIGKILL");
  };
  kills = 0;

  constructor(args: readonly string[], random: SeededRandom) {
    this.#arguments = args;
    this.#random = random;
    process.once("exit", this.#killAll);
  }

  /** What runners complained of before they were killed. */
  get errors(): readonly string[] {
    return this.#errors;
  }

  /** Starts a runner, and waits until it is at work. */
  async start(): Promise<void> {
    const child = spawn(process.execPath, [program, ...this.#arguments], {
      stdio: ["ignore", "pipe", "pipe"],
    });
    this.#children.add(child);
    child.stderr.on("data", (data: Buffer) => this.#errors.push(data.toString()));
    await Promise.race([once(child.stdout, "data"), once(child, "exit")]);
  }

  /** Kills one of them, wherever it is. */
  async killOne(): Promise<void> {
    const all = [...this.#children];
    const child = all[this.#random.below(all.length)];
    if (child === undefined) return;
    this.kills++;
    await this.#kill(child);
  }

  /** Waits until all have ended by themselves. */
  async ended(): Promise<void> {
    await Promise.all(
      Array.from(this.#children, async (child) => {
        if (child.exitCode === null && child.signalCode === null) await once(child, "exit");
      }),
    );
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(Array.from(this.#children, (child) => this.#kill(child)));
    process.off("exit", this.#killAll);
  }

  async #kill(child: ChildProcess): Promise<void> {
    this.#children.delete(child);
    if (child.exitCode !== null || child.signalCode !== null) return;
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
  }
}
