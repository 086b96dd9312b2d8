import type { JsonObject, JsonValue, ReadModel } from "@leftfold/core";
import type { EventSource } from "../aggregate/aggregate.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { type EventSources, eventSources } from "../projection/event-sources.ts";
import type {
  DecodingEvent,
  EventDataOf,
  EventNameOf,
  ProjectedEvent,
} from "../projection/projected-event.ts";
import type { DocumentFold } from "../projection/projection.ts";
import { readModelOf } from "../projection/read-model-of.ts";
import type { Replayable } from "../projection/replay-parked.ts";
import {
  type DocumentShape,
  type DocumentsOf,
  type FieldsOf,
  initialDocument,
  type OfStored,
} from "../projection/stored-document.ts";
import type { ProcessActions } from "./process-actions.ts";
import type { ProcessDocument } from "./process-document.ts";
import { processFold } from "./process-fold.ts";
import { type ProcessStream, processStream } from "./process-stream.ts";
import { reactingAgain } from "./reacting-again.ts";

/** A timer that went off. */
export interface FiredTimer {
  /** Of which instance of the process. */
  readonly key: string;
  readonly name: string;
  readonly dueAt: Date;
  /** What it was set with; null when that was nothing. */
  readonly data: JsonValue;
}

/** A command of the process that decided against itself. */
export interface RejectedCommand {
  /** Which instance of the process asked for it. */
  readonly key: string;
  /** Such as `Account.withdraw`. */
  readonly command: string;
  /** The reason, such as `insufficient-funds`. */
  readonly rejection: string;
  readonly detail: unknown;
}

export interface ProcessDefinition<
  Sources extends readonly EventSource[],
  State extends object,
  Timer extends string,
> {
  /** 1 to 200 characters, without a colon. What it asks for is told apart by this name, in all versions. */
  readonly name: string;
  /** From 1. A higher one folds its state anew, and does nothing again that was done before. */
  readonly version: number;
  /** To whose events it reacts. */
  readonly of: Sources;
  /** Which instance of the process an event belongs to; undefined for none. */
  readonly key: (event: ProjectedEvent<Sources[number]>) => string | undefined;
  /** What is still to be done for a key, before its first event. */
  readonly initial: State | (() => State);
  /** What an event changes in what is to be done, and what it asks for. Pure; null ends the instance with its timers. */
  readonly on: {
    readonly [Name in EventNameOf<Sources[number]>]?: (
      state: State,
      data: EventDataOf<Sources[number], Name>,
      ask: ProcessActions<Timer>,
      event: ProjectedEvent<Sources[number], Name>,
    ) => FieldsOf<State> | null;
  };
  /** What a timer of each name does. */
  readonly timers?: {
    readonly [Name in Timer]: (
      state: State,
      timer: FiredTimer,
      ask: ProcessActions<NoInfer<Timer>>,
    ) => FieldsOf<State> | null;
  };
  /** What a rejected command does. Without it, a rejection counts as a failure of the event that asked. */
  readonly rejected?: (
    state: State,
    command: RejectedCommand,
    ask: ProcessActions<Timer>,
  ) => FieldsOf<State> | null;
  /**
   * `new` (when absent): only to what happens after the process ran for the first time; what was before forms its state, and is not
   * reacted to. `all`: to the whole log.
   */
  readonly reactTo?: "new" | "all";
}

/** A process manager: what `defineProcess` makes, and `runProcess` runs. Its documents can be read like a projection's. */
export interface Process<State = object> extends DocumentsOf<ProcessDocument<State>> {
  readonly model: ReadModel;
  readonly sources: EventSources;
  readonly stream: ProcessStream;
  readonly fold: DocumentFold;
  readonly reactTo: "new" | "all";
  readonly handlesRejections: boolean;
  /** For events that were put aside, and are replayed. */
  readonly reactAgain: NonNullable<Replayable["reactAgain"]>;
}

/**
 * Defines a process: it keeps a list of what is to be done for each key, and reacts to events by commands, timers and effects.
 *
 * @throws `invalid-definition` when it contradicts itself.
 */
export function defineProcess<
  const Sources extends readonly EventSource[],
  State extends DocumentShape<State>,
  Timer extends string = never,
>(definition: ProcessDefinition<Sources, State, Timer> & OfStored<State>): Process<State> {
  const { name, version, of, on, timers = {}, key, rejected, reactTo = "new" } = definition;
  if (Object.keys(on).length === 0)
    throw new InvalidDefinitionError(`Process ${name} reacts to no event. Give it a handler in "on".`);
  const stream = processStream(name);
  const model = readModelOf(name, version, ["dueAt"]);
  const handled = [...Object.keys(on), ...stream.eventTypes];
  const sources = eventSources(`Process ${name}`, [...of, stream], handled);
  // From here on the types that the compiler has checked are those that the decoder keeps.
  const fold = processFold({
    stream,
    initial: initialDocument(definition.initial),
    keyOf: key as (event: object) => string | undefined,
    handlers: new Map<string, ProcessHandler>(Object.entries(on)),
    timers: new Map<string, TimerHandler>(Object.entries(timers)),
    rejected: rejected as RejectionHandler | undefined,
  });
  const handlesRejections = rejected !== undefined;
  const process: Process<State> = {
    name,
    version,
    model,
    sources,
    stream,
    fold,
    reactTo,
    handlesRejections,
    reactAgain: (store, readModels, signal) => reactingAgain(store, readModels, process, signal),
  };
  return process;
}

export type ProcessHandler = (
  state: JsonObject,
  data: unknown,
  ask: ProcessActions,
  event: DecodingEvent,
) => JsonObject | null;
export type TimerHandler = (state: JsonObject, timer: FiredTimer, ask: ProcessActions) => JsonObject | null;
export type RejectionHandler = (
  state: JsonObject,
  command: RejectedCommand,
  ask: ProcessActions,
) => JsonObject | null;
