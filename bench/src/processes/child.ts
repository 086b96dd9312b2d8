import { type ChildProcess, fork } from "node:child_process";
import type { CpuProfile, ProfiledProcess } from "../harness/profile.ts";

/** What goes to a child process, and comes back with the same number. */
export interface Ask {
  readonly number: number;
  readonly what: string;
  readonly argument: unknown;
}

export type Answer = { readonly number: number } & ({ readonly value: unknown } | { readonly error: string });

/**
 * A process of this benchmark's own that answers questions, one file of `processes/` each. It dies with this
 * process.
 */
export class Child implements AsyncDisposable, ProfiledProcess {
  readonly name: string;
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>();
  #asked = 0;

  /** @param entry the child's main module, which calls `answerParent`. */
  constructor(name: string, entry: URL) {
    this.name = name;
    this.#process = fork(entry, {
      serialization: "advanced",
      stdio: ["ignore", "inherit", "inherit", "ipc"],
    });
    this.#process.on("message", (message) => this.#settle(message as Answer));
    this.#process.on("exit", (code, signal) =>
      this.#fail(`The ${name} process ended with ${signal ?? code}.`),
    );
    this.#process.on("error", (error) => this.#fail(`The ${name} process failed: ${error.message}`));
  }

  get pid(): number {
    return this.#process.pid ?? 0;
  }

  /** @throws Error with the child's own words when it could not, and when it has ended. */
  async ask<T>(what: string, argument?: unknown): Promise<T> {
    const number = ++this.#asked;
    const answer = Promise.withResolvers<unknown>();
    this.#waiting.set(number, answer);
    if (!this.#process.connected) this.#fail(`The ${this.name} process has ended.`);
    else this.#process.send({ number, what, argument } satisfies Ask);
    return (await answer.promise) as T;
  }

  startProfile(): Promise<void> {
    return this.ask("startProfile");
  }

  stopProfile(): Promise<CpuProfile> {
    return this.ask("stopProfile");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#process.exitCode !== null || this.#process.signalCode !== null) return;
    const ended = new Promise((resolve) => this.#process.once("exit", resolve));
    // The child stops what it runs when the channel closes, and then has nothing left to live for.
    this.#process.disconnect();
    const kill = setTimeout(() => this.#process.kill("SIGKILL"), 10_000);
    await ended;
    clearTimeout(kill);
  }

  #settle(answer: Answer): void {
    const waiting = this.#waiting.get(answer.number);
    this.#waiting.delete(answer.number);
    if ("error" in answer) waiting?.reject(new Error(`The ${this.name} process: ${answer.error}`));
    else waiting?.resolve(answer.value);
  }

  #fail(message: string): void {
    for (const waiting of this.#waiting.values()) waiting.reject(new Error(message));
    this.#waiting.clear();
  }
}
