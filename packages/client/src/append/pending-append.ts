import { type AppendResult, type CallOptions, DeadlineExceededError } from "@leftfold/core";

/** What an append travels as: its message, and what the message weighs. */
export interface WireAppend<Message> {
  readonly message: Message;
  readonly byteCount: number;
}

/** A call that carries appends: told when one of them no longer waits for it. */
export interface Carrier {
  abandoned(): void;
}

export interface PendingAppendInit<Message> {
  readonly wire: WireAppend<Message>;
  readonly owner: object;
  readonly nowMs: number;
  readonly options: CallOptions | undefined;
  /** Called when it is rejected before its outcome is known. */
  readonly onAbandoned: (append: PendingAppend<Message>) => void;
}

const timerMsMax = 2 ** 31 - 1;

/**
 * An append from its acceptance to its outcome. Its promise settles once, whichever of the reasons comes
 * first.
 */
export class PendingAppend<Message> {
  readonly wire: WireAppend<Message>;
  /** Whose append it is: what is disposed takes its appends with it. */
  readonly owner: object;
  readonly promise: Promise<AppendResult>;
  readonly enqueuedAtMs: number;
  /** When the caller's deadline passes; undefined when there is none. */
  readonly endsAtMs: number | undefined;
  /** Its place in the order of arrival. */
  place = 0;
  /** Whether the queue has it. */
  isWaiting = false;
  /** How often it was sent. */
  attempts = 0;
  /** When the store first answered that it should be repeated; undefined as long as it has not. */
  putOffSinceMs: number | undefined;
  /** The call that it is in; undefined while it waits. */
  carrier: Carrier | undefined;
  settled = false;
  #resolve!: (result: AppendResult) => void;
  #reject!: (reason: unknown) => void;
  readonly #onAbandoned: (append: PendingAppend<Message>) => void;
  #unlisten: (() => void) | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor({ wire, owner, nowMs, options, onAbandoned }: PendingAppendInit<Message>) {
    this.wire = wire;
    this.owner = owner;
    this.enqueuedAtMs = nowMs;
    this.#onAbandoned = onAbandoned;
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    if (options?.signal !== undefined) this.#listen(options.signal);
    if (options?.timeoutMs === undefined) return;
    this.endsAtMs = nowMs + options.timeoutMs;
    this.#limit(options.timeoutMs);
  }

  #listen(signal: AbortSignal): void {
    const abort = (): void => this.abandon(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    this.#unlisten = () => signal.removeEventListener("abort", abort);
  }

  #limit(timeoutMs: number): void {
    this.#timer = setTimeout(
      () => {
        this.abandon(new DeadlineExceededError(`The append took longer than its ${timeoutMs} ms.`));
      },
      Math.min(timeoutMs, timerMsMax),
    );
  }

  resolve(result: AppendResult): void {
    if (this.#settle()) this.#resolve(result);
  }

  reject(reason: unknown): void {
    if (this.#settle()) this.#reject(reason);
  }

  /** Rejects it before its outcome is known, and lets go of the call that it is in. */
  abandon(reason: unknown): void {
    if (this.settled) return;
    this.reject(reason);
    this.carrier?.abandoned();
    this.#onAbandoned(this);
  }

  #settle(): boolean {
    if (this.settled) return false;
    this.settled = true;
    clearTimeout(this.#timer);
    this.#unlisten?.();
    return true;
  }
}
