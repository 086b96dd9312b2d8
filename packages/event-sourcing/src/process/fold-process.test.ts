import type { RecordedEvent } from "@leftfold/core";
import { expect, test } from "vitest";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { eventTypes } from "../aggregate/event-schemas.ts";
import { recorded } from "../projection/testing/recorded.ts";
import { defineProcess } from "./define-process.ts";
import { foldProcess, requestedBy } from "./fold-process.ts";

const Order = defineAggregate({
  type: "Order",
  events: eventTypes<{
    OrderPlaced: { total: number };
    OrderClosed: Record<never, never>;
    /** Named like what a process notes for itself. */
    CommandRejected: { by: string };
  }>(),
  initial: {},
  evolve: {
    OrderPlaced: (order, _) => order,
    OrderClosed: (order, _) => order,
    CommandRejected: (order, _) => order,
  },
  commands: { close: () => ({ type: "OrderClosed", data: {} }) },
});

const base = {
  name: "billing",
  version: 1,
  of: [Order],
  key: (event: { aggregateId: string }) => (event.aggregateId === "none" ? undefined : event.aggregateId),
  initial: { placed: 0 },
};

const billing = defineProcess({
  ...base,
  on: {
    OrderPlaced: ({ placed }, { total }, ask, { aggregateId }) => {
      ask.effect(async () => {
        throw new Error("Nothing is done.");
      });
      ask.at(Order, aggregateId).close();
      return { placed: placed + total };
    },
    OrderClosed: () => null,
  },
});

let nonce = 0n;

function placed(aggregateId: string, total: number): RecordedEvent {
  return recorded({
    globalNonce: ++nonce,
    aggregateType: "Order",
    aggregateId,
    eventType: "OrderPlaced",
    data: { total },
  });
}

function own(eventType: string, data: unknown, aggregateId = "o1"): RecordedEvent {
  return recorded({
    globalNonce: ++nonce,
    aggregateType: "process:billing",
    aggregateId,
    eventType,
    data,
  });
}

const scheduled = { timerId: "t1", timer: "due", dueAt: "2026-01-01T00:00:00.000Z", data: 5 };

test("folds what is to be done for each key, without what belongs to none", () => {
  const { states, requested } = foldProcess(billing, [
    placed("o1", 5),
    placed("none", 6),
    placed("o2", 7),
    recorded({ aggregateType: "Order", aggregateId: "o2", eventType: "OrderClosed" }),
    recorded({ aggregateType: "Parcel", eventType: "ParcelSent" }),
  ]);
  expect(states).toEqual(new Map([["o1", { placed: 5 }]]));
  expect(requested).toEqual(
    ["o1", "o2"].flatMap((id) =>
      requestedBy(billing, (ask) => {
        ask.effect(async () => undefined);
        ask.at(Order, id).close();
      }),
    ),
  );
});

test("asks for nothing because of events that are history", () => {
  const first = placed("o1", 5);
  const { states, requested } = foldProcess(billing, [first, placed("o1", 6)], first.globalNonce);
  expect(states).toEqual(new Map([["o1", { placed: 11 }]]));
  expect(requested).toHaveLength(2);
});

test("a timer that an earlier version has set goes off without a word, and so does a rejection", () => {
  const { states, requested } = foldProcess(
    billing,
    [
      placed("o1", 5),
      own("TimerScheduled", scheduled),
      own("TimerFired", { timer: "due", timerId: "t1" }),
      own("CommandRejected", { command: "Order.close", rejection: "no", detail: null }),
      own("TimerFired", { timer: "due", timerId: "t1" }, "never placed"),
    ],
    nonce + 1n,
  );
  expect(states).toEqual(new Map([["o1", { placed: 5 }]]));
  expect(requested).toEqual([]);
});

test("a timer that was cancelled or replaced meanwhile does nothing", () => {
  const patient = defineProcess({
    ...base,
    on: { OrderPlaced: (state) => state },
    timers: { due: ({ placed }) => ({ placed: placed + 1 }) },
  });
  const fired = own("TimerFired", { timer: "due", timerId: "t1" });
  const stateAfter = (...events: RecordedEvent[]) =>
    foldProcess(patient, [placed("o1", 0), own("TimerScheduled", scheduled), ...events]).states.get("o1");
  expect(stateAfter(fired)).toEqual({ placed: 1 });
  expect(stateAfter(own("TimerCancelled", { timer: "due" }), fired)).toEqual({ placed: 0 });
  expect(stateAfter(own("TimerScheduled", { ...scheduled, timerId: "t2" }), fired)).toEqual({ placed: 0 });
});

test("an event of another aggregate that is named like one of its own is neither its own nor handled", () => {
  const foreign = recorded({
    aggregateType: "Order",
    aggregateId: "o1",
    eventType: "CommandRejected",
    data: { by: "Ann" },
  });
  const rejecting = defineProcess({
    ...base,
    on: { OrderPlaced: (state) => state },
    rejected: () => ({ placed: -1 }),
  });
  expect(foldProcess(rejecting, [foreign]).states).toEqual(new Map());
  const handling = defineProcess({ ...base, on: { CommandRejected: () => ({ placed: 1 }) } });
  expect(foldProcess(handling, [foreign]).states).toEqual(new Map([["o1", { placed: 1 }]]));
});
