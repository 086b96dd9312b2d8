import type { AppendResult, CallOptions } from "@leftfold/core";
import { AppendCoalescer, type AppendOutcome } from "../append/append-coalescer.ts";
import { type AppendOptions, defaultAppendOptions } from "../append/append-options.ts";
import { defaultRetryPolicy, type RetryPolicy } from "../retry/retry-policy.ts";
import { ManualClock, settled } from "./manual-clock.ts";

/** A call that a coalescer made, for a test to answer. */
interface SentCall {
  readonly messages: readonly string[];
  readonly signal: AbortSignal;
  readonly timeoutMs: number;
  answer(...outcomes: AppendOutcome[]): Promise<void>;
  fail(error: unknown): Promise<void>;
}

/** Coalescers of text, on a clock that stands still, with all the calls that they make. */
export class CoalescerWatch {
  readonly clock: ManualClock = new ManualClock();
  readonly sent: SentCall[] = [];
  /** Whose appends those of `append` are. */
  readonly owner: object = {};

  /** A coalescer with one call in flight, unless said otherwise. */
  open(options: Partial<AppendOptions> = {}, retry: Partial<RetryPolicy> = {}): AppendCoalescer<string> {
    return new AppendCoalescer<string>({
      send: (messages, { signal, timeoutMs }) =>
        new Promise((resolve, reject) => {
          const then = (act: () => void): Promise<void> => {
            act();
            return settled();
          };
          this.sent.push({
            messages,
            signal,
            timeoutMs,
            answer: (...outcomes) => then(() => resolve(outcomes)),
            fail: (error) => then(() => reject(error)),
          });
        }),
      options: { ...defaultAppendOptions, callsInFlightMax: 1, ...options },
      retry: { ...defaultRetryPolicy, ...retry },
      clock: this.clock,
    });
  }

  /** Appends, and notes the outcome: a result, or what it was rejected with. */
  append(to: AppendCoalescer<string>, message: string, options?: CallOptions): { outcome: unknown } {
    const watched: { outcome: unknown } = { outcome: undefined };
    const note = (outcome: unknown): void => {
      watched.outcome = outcome;
    };
    to.append({ message, byteCount: message.length }, this.owner, options).then(note, note);
    return watched;
  }

  /** What each call carried. */
  messages(): (readonly string[])[] {
    return this.sent.map(({ messages }) => messages);
  }
}

/** The result of an append of one event. */
export function resultAt(nonce: bigint): AppendResult {
  return { firstGlobalNonce: nonce, lastGlobalNonce: nonce, aggregates: [], replayed: false };
}
