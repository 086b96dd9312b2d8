import { once } from "node:events";
import type { EffectCall } from "@leftfold/event-sourcing";

export interface Letter {
  readonly to: string;
  readonly text: string;
}

/** What letters are handed in at. */
export interface Post {
  send(letter: Letter, call: EffectCall): Promise<void>;
}

/**
 * Something outside of the store that knows idempotency keys, as good ones do: a letter that is handed in
 * twice under one key is delivered once.
 */
export class PostOffice implements Post {
  readonly #letters: Map<string, Letter> = new Map();
  #handedIn = 0;
  #isAnswering = true;
  #taken: PromiseWithResolvers<void> = Promise.withResolvers();

  /** Letters that came in, repeated ones included. */
  get handedIn(): number {
    return this.#handedIn;
  }

  get delivered(): readonly Letter[] {
    return [...this.#letters.values()];
  }

  /** From now on letters are taken and not answered: as when a connection is cut at the worst moment. */
  fallSilent(): void {
    this.#isAnswering = false;
    this.#taken = Promise.withResolvers();
  }

  answerAgain(): void {
    this.#isAnswering = true;
  }

  /** Resolves when a letter has come in since it fell silent. */
  taken(): Promise<void> {
    return this.#taken.promise;
  }

  async send(letter: Letter, call: EffectCall): Promise<void> {
    this.#handedIn++;
    this.#letters.set(call.idempotencyKey, letter);
    if (this.#isAnswering) return;
    this.#taken.resolve();
    await once(call.signal, "abort");
    call.signal.throwIfAborted();
  }
}
