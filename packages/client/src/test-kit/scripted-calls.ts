import type { RecordedEvent } from "@leftfold/core";
import type { CallInit } from "../wire/event-store-calls.ts";

/** What a call gives, one after another; an error ends it, `hang` keeps silent until it is cancelled. */
export type Step<Message> = Message | Error | "hang";

/**
 * Streaming calls that give what a test wrote down: one script for each attempt, and nothing in any further
 * one.
 */
export class ScriptedCalls<Request, Message> {
  /** The requests of the attempts so far. */
  readonly requests: Request[] = [];
  readonly inits: CallInit[] = [];
  readonly #scripts: readonly (readonly Step<Message>[])[];

  constructor(...scripts: readonly (readonly Step<Message>[])[]) {
    this.#scripts = scripts;
  }

  readonly open = (request: Request, init: CallInit): AsyncGenerator<Message, void, undefined> => {
    this.inits.push(init);
    return play(this.#scripts[this.requests.push(request) - 1] ?? []);
  };
}

async function* play<Message>(script: readonly Step<Message>[]): AsyncGenerator<Message, void, undefined> {
  for (const step of script) {
    if (step instanceof Error) throw step;
    if (step === "hang") await new Promise(() => undefined);
    else yield step as Message;
  }
}

/** A recorded event of which only its place matters. */
function eventAt(globalNonce: bigint): RecordedEvent {
  return {
    tenantId: "t",
    globalNonce,
    aggregateType: "order",
    aggregateId: "o1",
    aggregateNonce: globalNonce,
    eventId: `00000000-0000-7000-8000-${String(globalNonce).padStart(12, "0")}`,
    eventType: "OrderPlaced",
    eventVersion: 1,
    contentType: "application/json",
    occurredAt: new Date(0),
    recordedAt: new Date(0),
    tags: [],
    metadata: {},
    payload: new Uint8Array(),
  };
}

/** Events at consecutive places. */
export function eventsAt(first: bigint, last: bigint): RecordedEvent[] {
  return Array.from({ length: Number(last - first) + 1 }, (_, i) => eventAt(first + BigInt(i)));
}
