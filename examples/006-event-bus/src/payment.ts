import { defineAggregate, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

/** What an order costs. Paid or expired: it decides which of the two came first. */
export const Payment = defineAggregate({
  type: "Payment",
  events: {
    PaymentRequested: z.object({ amount: z.number().positive() }),
    PaymentReceived: z.object({}),
    PaymentExpired: z.object({}),
  },
  initial: { status: "none" },
  evolve: {
    PaymentRequested: () => ({ status: "open" }),
    PaymentReceived: () => ({ status: "received" }),
    PaymentExpired: () => ({ status: "expired" }),
  },
  commands: (event) => ({
    request: ({ status }, amount: number) => (status === "none" ? event("PaymentRequested", { amount }) : []),

    receive: ({ status }) =>
      status === "open" ? event("PaymentReceived", {}) : reject("not-open", { status }),

    expire: ({ status }) => (status === "open" ? event("PaymentExpired", {}) : []),
  }),
});
