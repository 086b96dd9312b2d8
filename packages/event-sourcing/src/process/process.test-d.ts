// What the compiler infers of a process, and what it refuses, on which line. Compiled, never run.
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { defineCommand } from "../command/define-command.ts";
import { defineProcess } from "./define-process.ts";

const Order = defineAggregate({
  type: "Order",
  events: { OrderPlaced: z.object({ total: z.number() }), OrderPaid: z.object({}) },
  initial: { total: 0 },
  evolve: { OrderPlaced: (_, { total }) => ({ total }), OrderPaid: (order) => order },
  commands: { pay: (_, _amount: number) => ({ type: "OrderPaid", data: {} }) },
});

const charge = defineCommand({
  name: "Charge",
  aggregates: ({ orderId }: { orderId: string }) => ({ order: Order.ref(orderId) }),
  handle: ({ order }) => order.emit("OrderPaid", {}),
});

defineProcess({
  name: "payments",
  version: 1,
  of: [Order],
  key: (event) => event.aggregateId,
  initial: { todo: "nothing", attempts: 0 },
  on: {
    OrderPlaced: (state, { total }, ask, event) => {
      expectTypeOf(total).toEqualTypeOf<number>();
      expectTypeOf(event.type).toEqualTypeOf<"OrderPlaced">();
      ask.at(Order, event.aggregateId).pay(total);
      ask.execute(charge, { orderId: event.aggregateId });
      ask.schedule("due", { afterMs: 1_000, data: { total } });
      // @ts-expect-error no such timer
      ask.schedule("deu", { afterMs: 1_000 });
      // @ts-expect-error the amount is a number
      ask.at(Order, event.aggregateId).pay("1");
      // @ts-expect-error no such command
      ask.at(Order, event.aggregateId).refund();
      // @ts-expect-error wrong input
      ask.execute(charge, { order: event.aggregateId });
      return { ...state, todo: "wait" };
    },
    OrderPaid: () => null,
  },
  timers: {
    due: (state, _, ask) => {
      ask.cancel("due");
      return { ...state, attempts: state.attempts + 1 };
    },
  },
  rejected: (state, { rejection }) => ({ ...state, todo: rejection }),
});

defineProcess({
  name: "misspelt",
  version: 1,
  of: [Order],
  key: (event) => event.aggregateId,
  initial: { todo: "nothing" },
  on: {
    // @ts-expect-error no event of Order
    OrderPlacd: (state) => state,
  },
});

defineProcess({
  name: "wrong-state",
  version: 1,
  of: [Order],
  key: (event) => event.aggregateId,
  initial: { todo: "nothing" },
  on: {
    // @ts-expect-error no such state
    OrderPlaced: (state) => ({ ...state, todo: 1 }),
  },
});
