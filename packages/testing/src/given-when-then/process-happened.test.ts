import { defineAggregate, defineProcess, eventTypes } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { given } from "./given.ts";
import { happened } from "./happened.ts";
import { commandRejected, timerFired } from "./process-happened.ts";

const Order = defineAggregate({
  type: "Order",
  events: eventTypes<{ OrderPlaced: { total: number } }>(),
  initial: {},
  evolve: { OrderPlaced: (order, _) => order },
  commands: { remind: (_, total: number) => ({ type: "OrderPlaced", data: { total } }) },
});

const dunning = defineProcess({
  name: "dunning",
  version: 1,
  of: [Order],
  key: ({ aggregateId }) => aggregateId,
  initial: { told: "nothing" },
  on: {
    OrderPlaced: (state, _, ask) => {
      ask.schedule("unpaid", { afterMs: 60_000 });
      return state;
    },
  },
  timers: {
    unpaid: (_, { key, name, data }, ask) => {
      ask.at(Order, key).remind(Number(data));
      return { told: `${name} of ${key}` };
    },
  },
  rejected: (_, { key, command, rejection, detail }) => ({
    told: `${command} of ${key}: ${rejection} ${JSON.stringify(detail)}`,
  }),
});

const placed = happened(Order.ref("o1"), [{ type: "OrderPlaced", data: { total: 5 } }]);

test("a timer that fired is reacted to, with what it was set with", () => {
  const reaction = given(dunning, placed).when(timerFired(dunning, "o1", "unpaid", 7));
  reaction.thenAsks((ask) => ask.at(Order, "o1").remind(7));
  reaction.thenStates({ o1: { told: "unpaid of o1" } });
  given(dunning, placed)
    .when(timerFired(dunning, "o1", "unpaid"))
    .thenAsks((ask) => ask.at(Order, "o1").remind(0));
});

test("a rejected command is reacted to", () => {
  const rejected = { key: "o1", command: "Order.remind", rejection: "too-often" };
  given(dunning, placed)
    .when(commandRejected(dunning, rejected))
    .thenStates({ o1: { told: "Order.remind of o1: too-often null" } });
  given(dunning, placed)
    .when(commandRejected(dunning, { ...rejected, detail: { times: 3 } }))
    .thenStates({ o1: { told: 'Order.remind of o1: too-often {"times":3}' } });
});

test("a scenario tells of them when it fails", () => {
  expect(() =>
    given(dunning, placed)
      .when(timerFired(dunning, "o1", "unpaid"))
      .thenAsks(() => {}),
  ).toThrow('process:dunning "o1"');
});
