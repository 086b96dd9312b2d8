import {
  any,
  type EventStore,
  exact,
  type ProposedEvent,
  type RecordedEvent,
  SharedBytes,
} from "@leftfold/core";
import type { StoreOpener } from "../contenders/open-store.ts";
import type { Movement } from "../workload/account.ts";
import { category, moved, type PeerLog, type PeerPlace, type SeenEvent } from "./peer-log.ts";

const decoder = new TextDecoder();
const payloads = new SharedBytes();

/** Leftfold, in process or through a server, as the opener has it. */
export async function openLeftfold(openStore: StoreOpener, { url, schema }: PeerPlace): Promise<PeerLog> {
  const opened = await openStore({ url }, schema);
  const { store, accounts } = opened;
  return {
    append: (stream, movements, expected) =>
      store.append({
        appends: [
          {
            aggregateType: category,
            aggregateId: stream,
            expected: expected === undefined ? any : exact(BigInt(expected)),
            events: movements.map(encode),
          },
        ],
      }),
    appendUnlessTagged: (stream, movement, tag) =>
      store.append({
        appends: [
          {
            aggregateType: category,
            aggregateId: stream,
            expected: any,
            events: [{ ...encode(movement), tags: [tag] }],
          },
        ],
        conditions: [{ failIfMatches: { anyOf: [{ tags: [tag] }] } }],
      }),
    readStream: async (stream) => {
      let read = 0;
      for await (const event of store.readStream({ aggregateType: category, aggregateId: stream })) {
        decode(event);
        read++;
      }
      return read;
    },
    catchUp: (seen) => catchUp(store, seen),
    follow: async (seen, signal) => {
      try {
        for await (const message of store.subscribe({}, { signal })) {
          if (message.kind === "event") seen(seenEvent(message.event));
        }
      } catch (error) {
        if (!signal.aborted) throw error;
      }
    },
    readAll: async () => {
      const events: SeenEvent[] = [];
      for await (const event of store.readAll()) events.push(seenEvent(event));
      return events;
    },
    conflicts: () => 0,
    accounts,
    [Symbol.asyncDispose]: () => opened[Symbol.asyncDispose](),
  };
}

async function catchUp(store: EventStore, seen: (event: SeenEvent) => void): Promise<void> {
  for await (const message of store.subscribe()) {
    if (message.kind === "caughtUp") return;
    if (message.kind === "event") seen(seenEvent(message.event));
  }
}

function encode(movement: Movement): ProposedEvent {
  return {
    eventType: moved,
    contentType: "application/json",
    payload: payloads.textOf(JSON.stringify(movement)),
  };
}

function decode({ payload }: RecordedEvent): Movement {
  return JSON.parse(decoder.decode(payload)) as Movement;
}

function seenEvent(event: RecordedEvent): SeenEvent {
  return { position: String(event.globalNonce), stream: event.aggregateId, note: decode(event).note };
}
