import { type CloudEvent, inProcessBus } from "@leftfold/event-sourcing";
import type { Broker } from "./broker.ts";

/** The bus within this process, and a subscriber that takes the place of another system. */
export function inProcessBroker(): Broker {
  const bus = inProcessBus();
  // Delivery is at least once: whoever receives tells repetitions by their id.
  const received: Map<string, CloudEvent> = new Map();
  let count = 0;
  let wake = (): void => {};
  bus.subscribe({ subjects: ["Order/*"] }, (event) => {
    received.set(event.id, event);
    count++;
    wake();
  });
  return {
    title: "the bus within this process, as there is no nats-server here",
    sink: bus,
    async received(publishedCount) {
      while (count < publishedCount) await new Promise((resolve) => (wake = () => resolve(undefined)));
      return [...received.values()];
    },
    [Symbol.asyncDispose]: () => bus[Symbol.asyncDispose](),
  };
}
