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
  commands: (event) => ({
    place: ({ status }, order: z.infer<typeof placed>) =>
      status === "none" ? event("OrderPlaced", order) : reject("already-placed", { status }),

    ship: ({ status }) => (status === "placed" ? event("OrderShipped", {}) : reject("not-open", { status })),

    cancel: ({ status }, reason: string) =>
      status === "placed" ? event("OrderCancelled", { reason }) : reject("not-open", { status }),
  }),
});
