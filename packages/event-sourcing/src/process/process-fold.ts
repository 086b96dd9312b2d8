import type { JsonObject, JsonValue } from "@leftfold/core";
import type { DecodingEvent } from "../projection/projected-event.ts";
import type { DocumentFold } from "../projection/projection.ts";
import type { ProcessHandler, RejectionHandler, TimerHandler } from "./define-process.ts";
import { type Action, collectedActions, type ProcessActions } from "./process-actions.ts";
import { type ProcessDocument, without, withTimers } from "./process-document.ts";
import type { ProcessEvents, ProcessStream } from "./process-stream.ts";

export interface ProcessFolding {
  readonly stream: ProcessStream;
  readonly initial: JsonObject;
  readonly keyOf: (event: object) => string | undefined;
  readonly handlers: ReadonlyMap<string, ProcessHandler>;
  readonly timers: ReadonlyMap<string, TimerHandler>;
  readonly rejected: RejectionHandler | undefined;
}

type Document = ProcessDocument<JsonObject>;

/** What the events of the last folding asked for; kept as long as the events are. */
const requested = new WeakMap<DecodingEvent, readonly Action[]>();

/** What an event asked for when it was folded last. */
export function actionsOf(event: DecodingEvent): readonly Action[] {
  return requested.get(event) ?? [];
}

/** Folds events into the documents of a process, and collects what they ask for. */
export function processFold(folding: ProcessFolding): DocumentFold {
  const { stream, keyOf, handlers } = folding;
  return {
    kind: "documents",
    keysOf(event) {
      if (event.aggregateType === stream.type) return [event.aggregateId];
      // Another aggregate may have events of the names that the process' own stream has.
      const key = handlers.has(event.type) ? keyOf(event) : undefined;
      return key === undefined ? [] : [key];
    },
    partitionKeyOf: (_, keys) => keys[0]!,
    apply(event, keys, documents) {
      const data = event.data;
      const key = keys[0]!;
      // What is under a process' key was written here.
      const before = documents.read(key) as unknown as Document | null;
      const { actions, ask } = collectedActions(event, { stream, key });
      const after =
        event.aggregateType === stream.type
          ? before && afterOwnEvent(folding, before, event, ask)
          : afterEvent(folding, before, event, data, ask);
      requested.set(event, actions);
      if (after !== before) documents.write(key, after as unknown as JsonObject | null);
    },
  };
}

function afterEvent(
  { handlers, initial }: ProcessFolding,
  before: Document | null,
  event: DecodingEvent,
  data: unknown,
  ask: ProcessActions,
): Document | null {
  const document = before ?? { state: initial, timers: {}, dueAt: null };
  return withState(document, handlers.get(event.type)!(document.state, data, ask, event));
}

/** An instance that has ended takes no notice of what it had asked for. */
function afterOwnEvent(
  { timers, rejected }: ProcessFolding,
  before: Document,
  event: DecodingEvent,
  ask: ProcessActions,
): Document | null {
  const { aggregateId: key, eventId, correlationId = null } = event;
  switch (event.type as keyof ProcessEvents) {
    case "TimerScheduled": {
      const { timerId: id, timer, dueAt, data } = event.data as ProcessEvents["TimerScheduled"];
      const pending = { id, dueAt, data: data as JsonValue, setBy: eventId, correlationId };
      return withTimers(before, { ...before.timers, [timer]: pending });
    }
    case "TimerCancelled": {
      const { timer } = event.data as ProcessEvents["TimerCancelled"];
      return withTimers(before, without(before.timers, timer));
    }
    case "TimerFired": {
      const { timer, timerId } = event.data as ProcessEvents["TimerFired"];
      const pending = before.timers[timer];
      // Cancelled or replaced between going off and now.
      if (pending?.id !== timerId) return before;
      const after = withTimers(before, without(before.timers, timer));
      const fired = { key, name: timer, dueAt: new Date(pending.dueAt), data: pending.data };
      const handler = timers.get(timer);
      return handler === undefined ? after : withState(after, handler(after.state, fired, ask));
    }
    case "CommandRejected": {
      if (rejected === undefined) return before;
      const command = { key, ...(event.data as ProcessEvents["CommandRejected"]) };
      return withState(before, rejected(before.state, command, ask));
    }
  }
}

function withState(document: Document, state: JsonObject | null): Document | null {
  if (state === null) return null;
  return { ...document, state };
}
