import { setImmediate } from "node:timers/promises";
import { any, type EventStore } from "@leftfold/core";
import { anAppend, someEvents } from "../builders/events.ts";

/**
 * Lets so many writers append at once, each to an aggregate of its own (`w0`, `w1`, …), one append after
 * another. The events are of type `Written` and have the tag `writer:<number>`.
 */
export async function appendInParallel(
  store: EventStore,
  { writers, appends, events }: { writers: number; appends: number; events: number },
): Promise<void> {
  const write = async (writer: number): Promise<void> => {
    const written = someEvents(events, { eventType: "Written", tags: [`writer:${writer}`] });
    for (let i = 0; i < appends; i++) {
      await store.append(
        anAppend({ aggregateType: "writer", aggregateId: `w${writer}`, expected: any, events: written }),
      );
      // However fast the store is, readers have their turn.
      await setImmediate();
    }
  };
  await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)));
}
