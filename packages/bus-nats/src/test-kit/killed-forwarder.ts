import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

const script = fileURLToPath(new URL("./forwarder-process.ts", import.meta.url));

/** A forwarder in a process of its own, to be killed. */
export class KilledForwarder implements AsyncDisposable {
  readonly #process: ChildProcess;

  /** @param onLeaving is called for each event that the process is about to send. */
  constructor(args: readonly string[], onLeaving: () => void) {
    this.#process = spawn(process.execPath, [script, ...args], { stdio: ["ignore", "pipe", "inherit"] });
    createInterface({ input: this.#process.stdout! }).on("line", onLeaving);
    const killAtExit = (): boolean => this.#process.kill("SIGKILL");
    process.once("exit", killAtExit);
    this.#process.once("exit", () => process.off("exit", killAtExit));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const gone = once(this.#process, "exit");
    this.#process.kill("SIGKILL");
    await gone;
  }
}
