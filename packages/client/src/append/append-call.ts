import { cancelled } from "../wire/call-error.ts";
import { wireTimeoutMs } from "../wire/wire-timeout.ts";
import type { Carrier, PendingAppend } from "./pending-append.ts";

/**
 * One call on its way, with the appends that it carries. It is cancelled when none of them is waited for
 * any more.
 */
export class AppendCall<Message> implements Carrier {
  readonly appends: readonly PendingAppend<Message>[];
  readonly #controller = new AbortController();
  #awaited: number;

  constructor(appends: readonly PendingAppend<Message>[]) {
    this.appends = appends;
    this.#awaited = appends.length;
    for (const append of appends) {
      append.carrier = this;
      append.attempts++;
    }
  }

  get messages(): readonly Message[] {
    return this.appends.map((append) => append.wire.message);
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** The time of one attempt, or less when every append's own deadline passes before. */
  timeoutMs(attemptTimeoutMs: number, nowMs: number): number {
    let latestMs = nowMs;
    for (const { endsAtMs } of this.appends) {
      if (endsAtMs === undefined) return wireTimeoutMs(attemptTimeoutMs);
      if (endsAtMs > latestMs) latestMs = endsAtMs;
    }
    return wireTimeoutMs(Math.min(attemptTimeoutMs, latestMs - nowMs));
  }

  abandoned(): void {
    if (--this.#awaited === 0) this.#controller.abort(cancelled);
  }
}
