import { defineAggregate, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

export interface StockState {
  readonly available: number;
  /** How many are put aside, by order. */
  readonly reserved: Readonly<Record<string, number>>;
}

const quantity = z.number().int().positive();

/** How many there are of an item, and for whom some are put aside. */
export const Stock = defineAggregate({
  type: "Stock",
  events: {
    StockReceived: z.object({ quantity }),
    StockReserved: z.object({ order: z.string(), quantity }),
    StockReleased: z.object({ order: z.string(), quantity }),
  },
  initial: (): StockState => ({ available: 0, reserved: {} }),
  evolve: {
    StockReceived: (stock, { quantity }) => ({ ...stock, available: stock.available + quantity }),
    StockReserved: ({ available, reserved }, { order, quantity }) => ({
      available: available - quantity,
      reserved: { ...reserved, [order]: quantity },
    }),
    StockReleased: ({ available, reserved }, { order, quantity }) => {
      const { [order]: _, ...others } = reserved;
      return { available: available + quantity, reserved: others };
    },
  },
  commands: (event) => ({
    receive: (_, quantity: number) => event("StockReceived", { quantity }),

    reserve: ({ available }, order: string, quantity: number) =>
      available < quantity
        ? reject("out-of-stock", { available })
        : event("StockReserved", { order, quantity }),

    release: ({ reserved }, order: string) => {
      const quantity = reserved[order];
      return quantity === undefined ? [] : event("StockReleased", { order, quantity });
    },
  }),
});
