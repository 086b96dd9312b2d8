import type { Aggregate } from "../aggregate/aggregate.ts";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { eventTypes, type PlainEvents } from "../aggregate/event-schemas.ts";

/** What a process notes in the stream of its own that each of its keys has. */
export interface ProcessEvents {
  TimerScheduled: {
    readonly timerId: string;
    readonly timer: string;
    readonly dueAt: string;
    readonly data: unknown;
  };
  TimerCancelled: { readonly timer: string };
  TimerFired: { readonly timerId: string; readonly timer: string };
  CommandRejected: { readonly command: string; readonly rejection: string; readonly detail: unknown };
}

export type ProcessStream = Aggregate<string, PlainEvents<ProcessEvents>, null, Record<never, never>>;

/** The aggregate type of a process' own streams. All versions of the process share them. */
export function processStream(name: string): ProcessStream {
  const nothing = (): null => null;
  return defineAggregate({
    type: `process:${name}`,
    events: eventTypes<ProcessEvents>(),
    initial: nothing,
    evolve: {
      TimerScheduled: nothing,
      TimerCancelled: nothing,
      TimerFired: nothing,
      CommandRejected: nothing,
    },
    commands: {},
  });
}
