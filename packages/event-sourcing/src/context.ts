import { AsyncLocalStorage } from "node:async_hooks";
import { newEventId, type ProposedEvent } from "@leftfold/core";

/**
 * What an operation carries with it, from a request to its commands, to their events, to reactions to these.
 */
export interface OperationContext {
  /** The operation as a whole; a command that has none gets one of its own. */
  readonly correlationId?: string | undefined;
  /** What triggered what happens now: the id of a request, a command or an event. */
  readonly causationId?: string | undefined;
  /** Who does it. */
  readonly actorId?: string | undefined;
  /** The W3C trace context, as it is in the header of that name. Recorded in the events' metadata. */
  readonly traceparent?: string | undefined;
}

const storage = new AsyncLocalStorage<OperationContext>();
const empty: OperationContext = Object.freeze({});

/**
 * Runs a function in a context: every event that is written meanwhile carries it. Contexts nest; what the
 * inner one does not name, it has from the outer one.
 */
export function withContext<T>(context: OperationContext, run: () => T): T {
  const given = Object.entries(context).filter(([, value]) => value !== undefined);
  return storage.run({ ...currentContext(), ...Object.fromEntries(given) }, run);
}

/** The context that this runs in; empty outside of any. */
export function currentContext(): OperationContext {
  return storage.getStore() ?? empty;
}

/** The current context, as one command and all its attempts keep it: with a correlation id in any case. */
export function commandContext(): OperationContext & { readonly correlationId: string } {
  const context = currentContext();
  return { ...context, correlationId: context.correlationId ?? newEventId() };
}

/** The event with what the context says of it. */
export function stamped(event: ProposedEvent, context: OperationContext): ProposedEvent {
  const { correlationId, causationId, actorId, traceparent } = context;
  return {
    ...event,
    ...(correlationId !== undefined && { correlationId }),
    ...(causationId !== undefined && { causationId }),
    ...(actorId !== undefined && { actorId }),
    ...(traceparent !== undefined && { metadata: { ...event.metadata, traceparent } }),
  };
}
