import { defineProcess } from "@leftfold/event-sourcing";
import { Order } from "./order.ts";
import { Payment } from "./payment.ts";
import type { Post } from "./post-office.ts";
import { Stock } from "./stock.ts";

/** What is still to be done for an order. */
export interface ToDo {
  readonly todo: string;
  readonly customer: string;
  readonly item: string;
  readonly amount: number;
}

const twoDaysMs = 2 * 24 * 60 * 60 * 1000;

/** Leads an order through stock, payment and dispatch. None of them knows the others; this process does. */
// #region process
export function fulfilment(post: Post, version = 1) {
  return defineProcess({
    name: "fulfilment",
    version,
    of: [Order, Stock, Payment],
    // Which order an event is about.
    key: (event) => {
      switch (event.type) {
        case "StockReceived":
          return undefined;
        case "StockReserved":
        case "StockReleased":
          return event.data.order;
        default:
          return event.aggregateId;
      }
    },
    initial: (): ToDo => ({ todo: "nothing", customer: "", item: "", amount: 0 }),
    // Pure: an event changes what is to be done, and asks for something. Nothing happens in here.
    on: {
      OrderPlaced: (_, { customer, item, quantity, amount }, ask, { aggregateId: order }) => {
        ask.at(Stock, item).reserve(order, quantity);
        return { todo: "reserve stock", customer, item, amount };
      },
      StockReserved: (state, { order }, ask) => {
        ask.at(Payment, order).request(state.amount);
        ask.schedule("payment-due", { afterMs: twoDaysMs });
        return { ...state, todo: "await payment" };
      },
      PaymentReceived: (state, _, ask, { aggregateId: order }) => {
        ask.cancel("payment-due");
        ask.at(Order, order).ship();
        ask.effect((call) =>
          post.send({ to: state.customer, text: `Your ${state.item} is on its way.` }, call),
        );
        return { ...state, todo: "ship" };
      },
      PaymentExpired: (state, _, ask, { aggregateId: order }) => {
        ask.at(Stock, state.item).release(order);
        ask.at(Order, order).cancel("not paid in time");
        return { ...state, todo: "cancel" };
      },
      OrderShipped: () => null,
      OrderCancelled: () => null,
    },
    timers: {
      "payment-due": (state, { key: order }, ask) => {
        ask.at(Payment, order).expire();
        return { ...state, todo: "give up" };
      },
    },
    // A command that decided against itself is no failure: it is one more thing that happened.
    rejected: (state, { key: order, command, rejection }, ask) => {
      if (command !== "Stock.reserve") return { ...state, todo: `look into ${command}: ${rejection}` };
      ask.at(Order, order).cancel(rejection);
      return { ...state, todo: "cancel" };
    },
  });
}
// #endregion process
