import type { AppendResult, ValidAppend } from "@leftfold/core";
import { type AbortListener, listen, unlisten } from "./abort-listeners.ts";

/** An append that has not been answered yet. */
export class PendingAppend implements AbortListener {
  readonly append: ValidAppend;
  /** Of the content; there when the append has an idempotency key. */
  readonly fingerprint: string | undefined;
  /** Every fact that it rests on is to be loaded; none may be assumed. */
  verify = false;
  /** It is to be committed by itself, since a batch with it was refused. */
  alone = false;
  /** How often the database refused it. */
  refusals = 0;
  #answered = false;
  readonly #settle: Settle;
  readonly #signal: AbortSignal | undefined;

  /** Rejects with the signal's reason as soon as it is aborted. */
  constructor(
    append: ValidAppend,
    fingerprint: string | undefined,
    signal: AbortSignal | undefined,
    settle: Settle,
  ) {
    this.append = append;
    this.fingerprint = fingerprint;
    this.#signal = signal;
    this.#settle = settle;
    if (signal !== undefined) listen(signal, this);
  }

  /** Whether somebody has been told what became of it. What is answered later is not heard any more. */
  get isAnswered(): boolean {
    return this.#answered;
  }

  aborted(reason: unknown): void {
    this.reject(reason);
  }

  resolve(result: AppendResult): void {
    this.#release();
    this.#settle.resolve(result);
  }

  reject(error: unknown): void {
    this.#release();
    this.#settle.reject(error);
  }

  #release(): void {
    this.#answered = true;
    if (this.#signal !== undefined) unlisten(this.#signal, this);
  }
}

interface Settle {
  readonly resolve: (result: AppendResult) => void;
  readonly reject: (error: unknown) => void;
}
