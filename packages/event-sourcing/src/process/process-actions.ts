import { any, type EventStore, IdempotencyMismatchError, type JsonValue } from "@leftfold/core";
import type { Aggregate, Commands } from "../aggregate/aggregate.ts";
import type { EmittedOf, EventSchemas, PlainEvents } from "../aggregate/event-schemas.ts";
import type { UnlessUnknown } from "../aggregate/unknown-commands.ts";
import { type Executable, execute } from "../command/execute.ts";
import { repository } from "../command/repository.ts";
import { currentContext, stamped } from "../context.ts";
import type { DecodingEvent } from "../projection/projected-event.ts";
import type { ProcessEvents, ProcessStream } from "./process-stream.ts";

/** When a timer goes off, and what it brings back. */
export interface TimerSetting {
  /** After so many milliseconds from when the event was recorded. */
  readonly afterMs?: number;
  /** At this time. One of the two is given. */
  readonly at?: Date;
  readonly data?: JsonValue;
}

/**
 * What a process can ask for in reaction to an event. Nothing happens while the handler runs: what it asked for is done before the
 * event counts as processed, in order, under keys that are derived from the event. Doing it again changes nothing.
 */
export interface ProcessActions<Timer extends string = string> {
  /** Executes a command over several aggregates, or a decision. */
  execute<Input>(command: Executable<Input>, input: NoInfer<Input>): void;
  /** The commands of one aggregate. */
  at<E extends EventSchemas, State, C extends Commands<E, State>>(
    aggregate: Aggregate<string, E, State, C>,
    aggregateId: string,
  ): UnlessUnknown<C, RequestedCommands<C>>;
  /** Sets a timer of this key; one of the same name is replaced. It is kept as an event, and outlives restarts. */
  schedule(timer: Timer, setting: TimerSetting): void;
  cancel(timer: Timer): void;
  /** Does something outside of the store. It may run more than once for an event; its key tells the recipient. */
  effect(run: (call: EffectCall) => Promise<void>): void;
}

export interface EffectCall {
  readonly idempotencyKey: string;
  readonly signal: AbortSignal;
}

/** An aggregate's commands, to be asked for. */
export type RequestedCommands<C> = {
  readonly [K in keyof C]: C[K] extends (
    state: never,
    ...args: infer Args extends readonly unknown[]
  ) => unknown
    ? (...args: Args) => void
    : never;
};

/** What was asked for, in data. */
export type Requested =
  | { readonly asks: "execute"; readonly command: string; readonly input: unknown }
  | {
      readonly asks: "command";
      readonly aggregateType: string;
      readonly aggregateId: string;
      readonly command: string;
      readonly args: readonly unknown[];
    }
  | { readonly asks: "schedule"; readonly timer: string; readonly setting: TimerSetting }
  | { readonly asks: "cancel"; readonly timer: string }
  | { readonly asks: "effect" };

/** One thing that was asked for. */
export interface Action {
  readonly requested: Requested;
  run(call: EffectCall & { readonly store: EventStore }): Promise<void>;
}

/** Collects what a handler asks for. */
export function collectedActions(
  event: Pick<DecodingEvent, "recordedAt">,
  own: { readonly stream: ProcessStream; readonly key: string },
): { readonly actions: Action[]; readonly ask: ProcessActions } {
  const actions: Action[] = [];
  const note = (requested: Requested, note: Note): void => {
    actions.push({
      requested,
      run: ({ store, ...call }) => noteOwn(store, own, note(call.idempotencyKey), call),
    });
  };
  const ask: ProcessActions = {
    execute(command, input) {
      actions.push({
        requested: { asks: "execute", command: command.name, input },
        run: async ({ store, ...options }) => {
          await execute(store, command, input, options);
        },
      });
    },
    at(aggregate, aggregateId) {
      const requested = Object.keys(aggregate.commands).map((name) => [
        name,
        (...args: never[]) =>
          void actions.push({
            requested: { asks: "command", aggregateType: aggregate.type, aggregateId, command: name, args },
            run: async ({ store, ...options }) => {
              const bound: Readonly<Record<string, (...args: never[]) => Promise<unknown>>> = repository(
                store,
                aggregate,
              ).at(aggregateId, options);
              await bound[name]!(...args);
            },
          }),
      ]);
      return Object.fromEntries(requested) as ReturnType<ProcessActions["at"]> as never;
    },
    schedule(timer, setting) {
      const { afterMs = 0, at, data = null } = setting;
      const dueAt = (at ?? new Date(event.recordedAt.getTime() + afterMs)).toISOString();
      note({ asks: "schedule", timer, setting }, (timerId) => ({
        type: "TimerScheduled",
        data: { timerId, timer, dueAt, data },
      }));
    },
    cancel: (timer) => note({ asks: "cancel", timer }, () => ({ type: "TimerCancelled", data: { timer } })),
    effect: (run) =>
      void actions.push({
        requested: { asks: "effect" },
        run: ({ idempotencyKey, signal }) => run({ idempotencyKey, signal }),
      }),
  };
  return { actions, ask };
}

type OwnEvent = EmittedOf<PlainEvents<ProcessEvents>>;
type Note = (idempotencyKey: string) => OwnEvent;

/** Appends to the process' own stream, once per key: what was noted first stays, whatever is told now. */
export async function noteOwn(
  store: EventStore,
  { stream, key }: { readonly stream: ProcessStream; readonly key: string },
  event: OwnEvent,
  { idempotencyKey, signal }: EffectCall,
): Promise<void> {
  const proposed = stamped(stream.encode(event, key), currentContext());
  try {
    const append = { aggregateType: stream.type, aggregateId: key, expected: any, events: [proposed] };
    await store.append({ appends: [append], idempotencyKey }, { signal });
  } catch (error) {
    if (!(error instanceof IdempotencyMismatchError)) throw error;
  }
}
