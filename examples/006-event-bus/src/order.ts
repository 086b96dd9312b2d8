import { defineAggregate, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

const placed = z.object({
  customer: z.string(),
  item: z.string(),
  quantity: z.number().int().positive(),
  amount: z.number().positive(),
});

/** What a customer wants. It knows nothing of stock and money. */
export const Order = defineAggregate({
  type: "Order",
  events: {
    OrderPlaced: placed,
    OrderShipped: z.object({}),
    OrderCancelled: z.object({ reason: z.string() }),
  },
  initial: { status: "none" },
  evolve: {
    OrderPlaced: () => ({ status: "placed" }),
    OrderShipped: () => ({ status: "shipped" }),
    OrderCancelled: () => ({ status: "cancelled" }),
  },
  commands: {
    place: ({ status }, data: z.infer<typeof placed>) =>
      status === "none" ? { type: "OrderPlaced", data } : reject("already-placed", { status }),

    ship: ({ status }) =>
      status === "placed" ? { type: "OrderShipped", data: {} } : reject("not-open", { status }),

    cancel: ({ status }, reason: string) =>
      status === "placed" ? { type: "OrderCancelled", data: { reason } } : reject("not-open", { status }),
  },
});
