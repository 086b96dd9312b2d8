import type { EventStore, ReadModelStore } from "@leftfold/core";
import { type CloudEvent, type EventSink, type Forwarder, forwarder } from "@leftfold/event-sourcing";
import { shown } from "./screen.ts";
import type { Stage } from "./stage.ts";

/** Tells other systems of orders. What is in stock, and who has paid, is nobody else's business. */
// #region forwarding
export function forwardOrders(name: string, store: EventStore, readModels: ReadModelStore, sink: EventSink) {
  return forwarder({ name, store, readModels, sink, query: { anyOf: [{ aggregateTypes: ["Order"] }] } });
}
// #endregion forwarding

export async function tellOthers({ screen, store, kept, broker }: Stage): Promise<void> {
  screen.step("Other systems are told of orders, as CloudEvents.");
  await using first = forwardOrders("orders", store, kept, broker.sink);
  await first.waitFor(await store.head());
  showForwarded(first);
  const received = await broker.received(first.status().forwarded);
  for (const event of received)
    screen.line(`  ${event.subject}`, `${event.type.padEnd(14)} ${shown(dataOf(event))}`);

  screen.step("The checkpoint is lost, and all is sent again: every event has the id that it had.");
  await using second = forwardOrders("orders-again", store, kept, broker.sink);
  await second.waitFor(await store.head());
  showForwarded(second);
  const both = await broker.received(first.status().forwarded + second.status().forwarded);
  screen.line("over there", `${both.length} events, each once`);

  function showForwarded(forwarding: Forwarder): void {
    const { forwarded, checkpoint } = forwarding.status();
    screen.line("forwarded", `${forwarded} events, checkpoint #${checkpoint}`);
  }
}

/** What any system makes of it that reads JSON. */
function dataOf({ data }: CloudEvent): unknown {
  return JSON.parse(new TextDecoder().decode(data));
}
