import type { EventStore } from "@leftfold/core";
import type { Runner } from "@leftfold/event-sourcing";

/**
 * Waits until everything is reacted to, the reactions included. What an event asks for is done before the
 * checkpoint passes it: when the log has not grown by then, nothing follows any more, but for timers.
 */
export async function settled(store: EventStore, runner: Runner): Promise<void> {
  let head: bigint;
  do {
    head = await store.head();
    await runner.waitFor(head);
  } while ((await store.head()) > head);
}

/** Waits until the log has an event of this type. */
export async function recorded(store: EventStore, eventType: string): Promise<void> {
  for await (const message of store.subscribe({ query: { anyOf: [{ eventTypes: [eventType] }] } })) {
    if (message.kind === "event") return;
  }
}
