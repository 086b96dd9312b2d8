import { defineAggregate, defineCommand, defineProcess, eventTypes } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { given } from "./given.ts";
import { happened } from "./happened.ts";

const Order = defineAggregate({
  type: "Order",
  events: eventTypes<{
    OrderPlaced: { total: number };
    OrderPaid: { by: string };
    OrderShipped: { parcel: string };
  }>(),
  initial: {},
  evolve: {
    OrderPlaced: (order, _) => order,
    OrderPaid: (order, _) => order,
    OrderShipped: (order, _) => order,
  },
  commands: { remind: (_, text: string) => ({ type: "OrderShipped", data: { parcel: text } }) },
});

const ship = defineCommand({
  name: "Ship",
  aggregates: ({ order }: { order: string; fast: boolean }) => ({ order: Order.ref(order) }),
  handle: () => undefined,
});

const fulfilment = defineProcess({
  name: "fulfilment",
  version: 1,
  of: [Order],
  key: ({ aggregateId }) => aggregateId,
  initial: (): { paid: boolean; total: number } => ({ paid: false, total: 0 }),
  on: {
    OrderPlaced: (state, { total }, ask) => {
      ask.schedule("unpaid", { afterMs: 60_000, data: total });
      return { ...state, total };
    },
    OrderPaid: (state, { by }, ask, { aggregateId }) => {
      ask.cancel("unpaid");
      ask.execute(ship, { order: aggregateId, fast: state.total > 100 });
      ask.effect(async () => expect.fail(`Nobody thanks ${by} in a scenario.`));
      return { ...state, paid: true };
    },
    OrderShipped: () => null,
  },
  timers: {
    unpaid: (state, { data }, ask) => {
      ask.at(Order, "o1").remind(`${data} is due`);
      return state;
    },
  },
});

const o1 = Order.ref("o1");
const placed = (total: number) => ({ type: "OrderPlaced", data: { total } }) as const;
const paid = { type: "OrderPaid", data: { by: "Ann" } } as const;

test("a scenario of a process tells what it asks for, and does nothing of it", () => {
  given(fulfilment)
    .when(happened(o1, [placed(5)]))
    .thenAsks((ask) => ask.schedule("unpaid", { afterMs: 60_000, data: 5 }));
  given(fulfilment, happened(o1, [placed(500)]))
    .when(happened(o1, [paid]))
    .thenAsks((ask) => {
      ask.cancel("unpaid");
      ask.execute(ship, { order: "o1", fast: true });
      ask.effect(async () => {});
    });
});

test("a scenario of a process tells what is left to be done, for instances that have not ended", () => {
  const reaction = given(fulfilment, happened(o1, [placed(5)])).when(
    happened(Order.ref("o2"), [placed(7), { type: "OrderShipped", data: { parcel: "p" } }]),
    happened(o1, [paid]),
  );
  reaction.thenStates({ o1: { paid: true, total: 5 } });
  expect(() => reaction.thenStates({ o1: { paid: false, total: 5 } })).toThrow(
    '- "o1": { paid: false, total: 5 }\n+ "o1": { paid: true, total: 5 }',
  );
});

test("a timer goes off by the events of the process' own stream", () => {
  const scheduled = { timerId: "t", timer: "unpaid", dueAt: "2026-01-01T00:00:00Z", data: 5 };
  const own = fulfilment.stream.ref("o1");
  given(fulfilment, happened(o1, [placed(5)]), happened(own, [{ type: "TimerScheduled", data: scheduled }]))
    .when(happened(own, [{ type: "TimerFired", data: { timer: "unpaid", timerId: "t" } }]))
    .thenAsks((ask) => ask.at(Order, "o1").remind("5 is due"));
});

test("a scenario of a process fails with the difference", () => {
  const reaction = given(fulfilment).when(happened(o1, [placed(5), paid]));
  expect(() =>
    reaction.thenAsks((ask) => {
      ask.schedule("unpaid", { afterMs: 60_000, data: 6 });
      ask.execute(ship, { order: "o1", fast: false });
      ask.at(Order, "o1").remind("pay");
    }),
  ).toThrow(
    expect.objectContaining({
      name: "ScenarioFailure",
      message: `fulfilment asked for something else than expected.

when
  Order "o1"
    OrderPlaced { total: 5 }
    OrderPaid { by: "Ann" }

then (- expected, + actual)
- schedule unpaid { afterMs: 60000, data: 6 }
+ schedule unpaid { afterMs: 60000, data: 5 }
+ cancel unpaid
  Ship { fast: false, order: "o1" }
- Order "o1" remind("pay")
+ an effect`,
    }),
  );
  expect(() => reaction.thenAsks(() => {})).toThrow("- nothing asked for\n+ schedule");
  expect(() =>
    reaction.thenAsks((ask) => {
      // @ts-expect-error A misspelt command.
      ask.at(Order, "o1").remid("pay");
    }),
  ).toThrow(TypeError);
});
