import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  type AppendResult,
  ConcurrencyConflictError,
  type EventStore,
  IdempotencyMismatchError,
  newEventId,
} from "@leftfold/core";
import type { Rejection } from "../aggregate/outcome.ts";
import { commandContext, stamped, withContext } from "../context.ts";
import { CommandRejectedError } from "../errors.ts";
import { defaultRetryPolicy, delayMs, isWorthRetrying, systemRetryClock } from "../retry.ts";
import type { AggregateEvents } from "./aggregate-events.ts";
import type { CommandOptions } from "./command-options.ts";
import { wasUsed } from "./idempotency-probe.ts";

/** What a command came to in one attempt. */
export interface Plan<Events extends AggregateEvents = AggregateEvents> {
  readonly rejection?: Rejection | undefined;
  readonly appends: readonly AggregateAppend[];
  readonly conditions?: readonly AppendCondition[];
  /**
   * Whether what was decided rests on several reads, of different moments. Then a decision to write nothing
   * is checked by the store, too: it might rest on a state that never was.
   */
  readonly isTorn: boolean;
  /** What the append has recorded, going by its result. Absent where nothing is to be appended. */
  readonly recorded?: (result: AppendResult) => readonly Events[];
}

/** What became of a command. */
export interface CommandResult<Events extends AggregateEvents = AggregateEvents> {
  /**
   * The aggregates that it read or wrote, each with its head and the events that it was given, in the order
   * in which they are recorded; empty when nothing was appended.
   */
  readonly aggregates: readonly Events[];
  /** Where its last event is in the log; undefined when it wrote none, or an earlier run did. */
  readonly lastGlobalNonce: bigint | undefined;
  /** How often it was tried, from 1. */
  readonly attempts: number;
  /** True when the caller's idempotency key had been used: what the command does was done before. */
  readonly replayed: boolean;
}

/** Decides anew. Told of the conflict that made the last decision obsolete, if there was one. */
export type Planner<Events extends AggregateEvents = AggregateEvents> = (
  conflict: ConcurrencyConflictError | undefined,
) => Promise<Plan<Events>>;

/**
 * Runs a command.
 *
 * 1. It is planned: aggregates are read, the decision is taken.
 * 2. The plan is appended under an idempotency key: the caller's, or one of the attempt's own.
 * 3. After a conflict, another attempt plans anew. After an unknown outcome it repeats the same append under
 *    the same key, so that it is recorded once. Waits grow, with jitter; attempts are bounded.
 *
 * The correlation id is the same in all attempts.
 *
 * @throws `command-rejected`; the last error of the store when the attempts are used up, or at once when it
 * is not worth another; the signal's reason.
 */
export function runCommand<Events extends AggregateEvents>(
  store: EventStore,
  command: string,
  options: CommandOptions,
  plan: Planner<Events>,
): Promise<CommandResult<Events>> {
  const context = commandContext();
  return withContext(context, async () => {
    const run = new CommandRun(store, command, context.correlationId, options, plan);
    return run.result();
  });
}

class CommandRun<Events extends AggregateEvents> {
  readonly #store: EventStore;
  readonly #command: string;
  readonly #correlationId: string;
  readonly #options: CommandOptions;
  readonly #plan: Planner<Events>;
  /** An append whose outcome is open, and how its result is to be read. */
  #open: { readonly request: AppendRequest; readonly recorded: Plan<Events>["recorded"] } | undefined;
  /** How often it was sent. */
  #sends = 0;
  #conflict: ConcurrencyConflictError | undefined;

  constructor(
    store: EventStore,
    command: string,
    correlationId: string,
    options: CommandOptions,
    plan: Planner<Events>,
  ) {
    this.#store = store;
    this.#command = command;
    this.#correlationId = correlationId;
    this.#options = options;
    this.#plan = plan;
  }

  async result(): Promise<CommandResult<Events>> {
    const { hooks } = this.#options;
    for (let attempt = 1; ; attempt++) {
      this.#options.signal?.throwIfAborted();
      hooks?.onAttempt?.({ command: this.#command, attempt, correlationId: this.#correlationId });
      try {
        return await this.#try(attempt);
      } catch (error) {
        if (error instanceof IdempotencyMismatchError && this.#options.idempotencyKey !== undefined) {
          return { ...nothing, attempts: attempt, replayed: true };
        }
        await this.#waitAfter(error, attempt);
      }
    }
  }

  async #try(attempt: number): Promise<CommandResult<Events>> {
    if (this.#open === undefined) {
      const plan = await this.#plan(this.#conflict);
      this.#conflict = undefined;
      const writes = plan.rejection === undefined && plan.appends.some(({ events }) => events.length > 0);
      if (!writes) return this.#settleWithoutEvents(plan, attempt);
      this.#open = { request: this.#requestOf(plan), recorded: plan.recorded };
      this.#sends = 0;
    }
    this.#sends++;
    const { request, recorded } = this.#open;
    const result = await this.#append(request);
    // What the key answers is this very run's append, if the run has sent it before, or has made up the key.
    const isOwn = this.#sends > 1 || this.#options.idempotencyKey === undefined;
    const { lastGlobalNonce, replayed } = result;
    return {
      aggregates: recorded?.(result) ?? [],
      lastGlobalNonce,
      attempts: attempt,
      replayed: replayed && !isOwn,
    };
  }

  /** Nothing is to be written: because the command was rejected, or had nothing to do, or was done before. */
  async #settleWithoutEvents(
    { rejection, appends, isTorn }: Plan<Events>,
    attempts: number,
  ): Promise<CommandResult<Events>> {
    const { idempotencyKey } = this.#options;
    if (idempotencyKey !== undefined && (await wasUsed(this.#store, idempotencyKey, this.#callOptions()))) {
      return { ...nothing, attempts, replayed: true };
    }
    if (isTorn) await this.#append({ appends: appends.map((append) => ({ ...append, events: [] })) });
    if (rejection !== undefined) {
      throw new CommandRejectedError(this.#command, rejection.code, rejection.detail, attempts);
    }
    return { ...nothing, attempts };
  }

  #requestOf({ appends, conditions }: Plan<Events>): AppendRequest {
    const context = commandContext();
    return {
      appends: appends.map((append) => ({
        ...append,
        events: append.events.map((event) => stamped(event, context)),
      })),
      idempotencyKey: this.#options.idempotencyKey ?? newEventId(),
      ...(conditions !== undefined && { conditions }),
    };
  }

  async #append(request: AppendRequest): Promise<AppendResult> {
    try {
      return await this.#store.append(request, this.#callOptions());
    } catch (error) {
      // A conflict says that nothing was recorded under the key, not even by an earlier repeat.
      if (error instanceof ConcurrencyConflictError) {
        this.#open = undefined;
        this.#conflict = error;
      }
      throw error;
    }
  }

  async #waitAfter(error: unknown, attempt: number): Promise<void> {
    const { retry, hooks, signal, clock = systemRetryClock } = this.#options;
    const policy = { ...defaultRetryPolicy, ...retry };
    if (!isWorthRetrying(error) || attempt >= policy.attemptsMax) throw error;
    const waitMs = delayMs(policy, attempt, error, clock.random());
    const [command, correlationId] = [this.#command, this.#correlationId];
    hooks?.onRetry?.({ command, attempt, correlationId, error, delayMs: waitMs });
    await clock.sleep(waitMs, signal);
  }

  #callOptions(): { signal?: AbortSignal; timeoutMs?: number } {
    const { signal, timeoutMs } = this.#options;
    return { ...(signal !== undefined && { signal }), ...(timeoutMs !== undefined && { timeoutMs }) };
  }
}

const nothing: Omit<CommandResult<never>, "attempts"> = Object.freeze({
  aggregates: Object.freeze([]),
  lastGlobalNonce: undefined,
  replayed: false,
});
