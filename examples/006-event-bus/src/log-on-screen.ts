import { styleText } from "node:util";
import type { EventStore } from "@leftfold/core";
import { eventReader } from "@leftfold/event-sourcing";
import { fulfilment } from "./fulfilment.ts";
import { Order } from "./order.ts";
import { Payment } from "./payment.ts";
import { PostOffice } from "./post-office.ts";
import { type Screen, shown } from "./screen.ts";
import { Stock } from "./stock.ts";

/** Shows what is new in the log, each event beside the one that it is a reaction to. */
export class LogOnScreen {
  readonly #store: EventStore;
  readonly #screen: Screen;
  readonly #nonces: Map<string, bigint> = new Map();
  #last = 0n;

  constructor(store: EventStore, screen: Screen) {
    this.#store = store;
    this.#screen = screen;
  }

  async showNew(): Promise<void> {
    const before = this.#last;
    for await (const event of this.#store.readAll({ from: before + 1n })) {
      const { globalNonce, eventId, causationId = "", aggregateType, aggregateId, eventType } = event;
      this.#last = globalNonce;
      this.#nonces.set(eventId, globalNonce);
      const cause = this.#nonces.get(causationId);
      const place = `${`#${globalNonce}`.padEnd(4)}${cause === undefined ? "" : `← #${cause}`}`;
      const name = aggregateType.replace("process:", "");
      const about = `${name} ${aggregateId}`.padEnd(16);
      const isOwn = aggregateType.startsWith("process:");
      const colored = styleText(
        isOwn ? "yellow" : cause === undefined ? "cyan" : "green",
        eventType.padEnd(16),
      );
      const data = reader.decode(event)?.data ?? {};
      this.#screen.line(place, `${about} ${colored} ${shown(readable(data))}`);
    }
    if (this.#last === before) this.#screen.line("in the log", "nothing new");
  }
}

// The process notes timers and rejections in streams of its own.
const reader = eventReader([Order, Stock, Payment, fulfilment(new PostOffice()).stream]);

/** Of what the process notes for itself, what people want to know. */
function readable(data: object): object {
  if ("timer" in data) return { timer: data.timer };
  if ("rejection" in data) return { rejection: data.rejection };
  return data;
}
