import type { RecordedEvent } from "@leftfold/core";
import { WorkingDocuments } from "../projection/working-documents.ts";
import type { Process } from "./define-process.ts";
import { collectedActions, type ProcessActions, type Requested } from "./process-actions.ts";
import type { ProcessDocument } from "./process-document.ts";
import { actionsOf } from "./process-fold.ts";

/** What a process makes of events. */
export interface FoldedProcess<State> {
  /** What is still to be done, by key. An instance that has ended is not there. */
  readonly states: ReadonlyMap<string, State>;
  /** What the events asked for, in their order. Nothing of it was done. */
  readonly requested: readonly Requested[];
}

/**
 * What a process keeps and asks for because of events. Needs no store, and does nothing.
 *
 * @param reactAfter events up to this global nonce form the state, and are not reacted to; 0 when absent.
 */
export function foldProcess<State extends object>(
  { sources, fold }: Process<State>,
  events: Iterable<RecordedEvent>,
  reactAfter = 0n,
): FoldedProcess<State> {
  const documents = new WorkingDocuments(new Map());
  const requested: Requested[] = [];
  for (const recorded of events) {
    const event = sources.event(recorded);
    const keys = event === undefined ? [] : fold.keysOf(event);
    if (event === undefined || keys.length === 0) continue;
    fold.apply(event, keys, documents);
    if (event.globalNonce > reactAfter) requested.push(...actionsOf(event).map((action) => action.requested));
  }
  const states = new Map<string, State>();
  for (const [key, document] of documents.changed) {
    // What is under a process' key was written by its fold.
    if (document !== null) states.set(key, (document as unknown as ProcessDocument<State>).state);
  }
  return { states, requested };
}

/** What a function asks for, in data: to be compared with what {@link foldProcess} gives. */
export function requestedBy(process: Process, ask: (ask: ProcessActions) => void): readonly Requested[] {
  const collected = collectedActions({ recordedAt: new Date(0) }, { stream: process.stream, key: "" });
  ask(collected.ask);
  return collected.actions.map(({ requested }) => requested);
}
