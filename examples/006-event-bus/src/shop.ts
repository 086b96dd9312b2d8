import type { EventStore } from "@leftfold/core";
import { repository } from "@leftfold/event-sourcing";
import { Order } from "./order.ts";
import { Payment } from "./payment.ts";
import { Stock } from "./stock.ts";

/** What people do: put lamps on the shelf, order, and pay. All the rest is done by the process. */
export function openShop(store: EventStore) {
  const orders = repository(store, Order);
  const stock = repository(store, Stock);
  const payments = repository(store, Payment);
  return {
    orders,
    stock,
    payments,
    /** Orders lamps at 40 each. */
    order: (orderId: string, customer: string, quantity = 1) =>
      orders.at(orderId).place({ customer, item: "lamp", quantity, amount: 40 * quantity }),
  };
}
