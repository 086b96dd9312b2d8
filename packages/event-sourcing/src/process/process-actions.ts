import { any, type EventStore, type JsonValue } from "@leftfold/core";
import type { Aggregate, Commands } from "../aggregate/aggregate.ts";
import type { EmittedOf, EventSchemas, PlainEvents } from "../aggregate/event-schemas.ts";
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
  ): RequestedCommands<C>;
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
  readonly [K in keyof C]: C[K] extends (state: never, ...args: infer Args) => unknown
    ? (...args: Args) => void
    : never;
};

/** One thing that was asked for. */
export interface Action {
  run(call: EffectCall & { readonly store: EventStore }): Promise<void>;
}

/** Collects what a handler asks for. */
export function collectedActions(
  event: DecodingEvent,
  own: { readonly stream: ProcessStream; readonly key: string },
): { readonly actions: Action[]; readonly ask: ProcessActions } {
  const actions: Action[] = [];
  const note = (note: Note): void => {
    actions.push({
      run: ({ store, idempotencyKey }) => noteOwn(store, own, note(idempotencyKey), idempotencyKey),
    });
  };
  const ask: ProcessActions = {
    execute(command, input) {
      actions.push({
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
    schedule(timer, { afterMs = 0, at, data = null }) {
      const dueAt = (at ?? new Date(event.recordedAt.getTime() + afterMs)).toISOString();
      note((timerId) => ({ type: "TimerScheduled", data: { timerId, timer, dueAt, data } }));
    },
    cancel: (timer) => note(() => ({ type: "TimerCancelled", data: { timer } })),
    effect: (run) =>
      void actions.push({ run: ({ idempotencyKey, signal }) => run({ idempotencyKey, signal }) }),
  };
  return { actions, ask };
}

type OwnEvent = EmittedOf<PlainEvents<ProcessEvents>>;
type Note = (idempotencyKey: string) => OwnEvent;

/** Appends to the process' own stream, once per key. */
export async function noteOwn(
  store: EventStore,
  { stream, key }: { readonly stream: ProcessStream; readonly key: string },
  event: OwnEvent,
  idempotencyKey: string,
): Promise<void> {
  const proposed = stamped(stream.encode(event, key), currentContext());
  await store.append({
    appends: [{ aggregateType: stream.type, aggregateId: key, expected: any, events: [proposed] }],
    idempotencyKey,
  });
}
