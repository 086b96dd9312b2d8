// Commands in both of their forms, and on which line a mistake in an event is reported. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { repository } from "../command/repository.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { type EmittedOf, eventTypes } from "./event-schemas.ts";
import { reject } from "./outcome.ts";

const parts = {
  type: "Counter",
  events: { Counted: z.object({ by: z.number(), why: z.string().default("") }), Cleared: z.object({}) },
  initial: { count: 0 },
};

declare const store: EventStore;

const Counter = defineAggregate({
  ...parts,
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: (event) => {
    expectTypeOf(event("Cleared", {})).toEqualTypeOf<EmittedOf<typeof parts.events>>();
    return {
      count: (counter, by: number) => {
        expectTypeOf(counter).toEqualTypeOf<{ count: number }>();
        return counter.count > 9 ? reject("enough") : event("Counted", { by }, { tags: ["counted"] });
      },
      countAll: (_, ...all: readonly number[]) => all.map((by) => event("Counted", { by })),
      clear: ({ count }) => {
        if (count === 0) return;
        const events = [event("Counted", { by: -count })];
        // A list that begins with one event goes on with others.
        events.push(event("Cleared", {}));
        return events;
      },
      reset: () => [event("Cleared", {}), event("Counted", { by: 1 })],
      touch: () => {},
      stated: (_, by: number) => ({ type: "Counted", data: { by } }),
    };
  },
});

// All is inferred as it is of commands that are given as they are.
expectTypeOf(Counter.commands).toHaveProperty("stated");
expectTypeOf(Counter.commands.count).parameters.toEqualTypeOf<[counter: { count: number }, by: number]>();
const counter = repository(store, Counter).at("c1");
await counter.countAll(1, 2);
// @ts-expect-error A wrong argument among many.
await counter.countAll(1, "2");
expectTypeOf((await counter.clear()).state.count).toEqualTypeOf<number>();
// @ts-expect-error A wrong argument.
await counter.count("1");
// @ts-expect-error No such command.
await counter.cuont(1);

// A mistake in an event is on its line, however the body is written, and is the only error.
const Mistaken = defineAggregate({
  ...parts,
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: (event) => ({
    // @ts-expect-error A misspelt event.
    line: () => event("Claered", {}),
    block: (counter) => {
      if (counter.count === 0) return reject("zero");
      // @ts-expect-error A misspelt event.
      return event("Claered", {});
    },
    early: (counter, by: number) => {
      // @ts-expect-error A misspelt event.
      if (counter.count === 0) return event("Countd", { by });
      return event("Counted", { by });
    },
    conditional: (counter, by: number) =>
      counter.count === 0
        ? reject("zero")
        : counter.count > 9
          ? // @ts-expect-error A misspelt event.
            event("Claered", {})
          : event("Counted", { by }),
    list: (_, by: number) => [
      event("Counted", { by }),
      // @ts-expect-error Another aggregate's event.
      event("DoorOpened", { by: "me" }),
    ],
    variable: (_, by: number) => {
      const events = [event("Counted", { by })];
      if (by > 9) {
        // @ts-expect-error A misspelt event.
        events.push(event("Claered", {}));
      }
      return events;
    },
    mapped: (_, ...all: readonly number[]) => {
      if (all.length === 0) return [];
      return all.map((by) => {
        // @ts-expect-error A misspelt event.
        return event("Countd", { by });
      });
    },
    lines: (_, by: number) =>
      event(
        // @ts-expect-error A misspelt event.
        "Countd",
        { by },
      ),
    data: (_, by: number) => {
      return event("Counted", {
        // @ts-expect-error Wrong data.
        by: String(by),
      });
    },
    missing: () => {
      // @ts-expect-error Data is missing.
      return event("Counted", {});
    },
    state: (counter) => {
      // @ts-expect-error The state has no such field.
      if (counter.cuont === 0) return;
      return event("Cleared", {});
    },
  }),
});
// The commands are known all the same.
expectTypeOf(Mistaken.commands.early).parameters.toEqualTypeOf<[counter: { count: number }, by: number]>();
// @ts-expect-error A wrong argument.
await repository(store, Mistaken).at("c1").early("1");

// What is no outcome is reported where the commands begin, with the name of the one that gives it.
defineAggregate({
  ...parts,
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  // @ts-expect-error A command has to be decided at once.
  commands: (event) => ({
    later: async () => event("Cleared", {}),
  }),
});

// Events that are plain types.
defineAggregate({
  type: "Door",
  events: eventTypes<{ DoorLocked: { key: string }; DoorOpened: { by: string } }>(),
  initial: { key: "" },
  evolve: { DoorLocked: (_, { key }) => ({ key }), DoorOpened: () => ({ key: "" }) },
  commands: (event) => ({
    lock: (door, key: string) => {
      if (door.key !== "") return reject("locked");
      return event("DoorLocked", { key });
    },
    open: (_, by: string) => {
      // @ts-expect-error Another event's data.
      return event("DoorOpened", { key: by });
    },
  }),
});

// Commands that are called as what every function has.
defineAggregate({
  ...parts,
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: {
    apply: ({ count }, by: number) => (count === 0 ? [] : { type: "Counted", data: { by } }),
    bind: ({ count }, by: number) => (count === 0 ? [] : { type: "Counted", data: { by } }),
    call: ({ count }) => (count === 0 ? [] : { type: "Cleared", data: {} }),
    name: ({ count }) => (count === 0 ? [] : { type: "Cleared", data: {} }),
    length: ({ count }) => (count === 0 ? [] : { type: "Cleared", data: {} }),
  },
});

// Events that are stated as objects are checked when all is known that a command returns. The compiler goes
// down from the command to the event only through bodies of one expression without annotated parameters.
defineAggregate({
  ...parts,
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: {
    // @ts-expect-error A misspelt event in a body of statements.
    block: (counter) => {
      if (counter.count === 0) return reject("zero");
      return { type: "Claered", data: {} };
    },
    // @ts-expect-error A misspelt event of a command with an argument.
    lines: (_, by: number) => ({
      type: "Countd",
      data: { by },
    }),
    conditional: ({ count }) =>
      // @ts-expect-error A misspelt event behind a condition: the line on which the condition begins.
      count === 0
        ? reject("zero", { why: "There is nothing to clear, as nothing was counted since it was cleared." })
        : { type: "Claered", data: {} },
    list: () => [
      { type: "Cleared", data: {} },
      // @ts-expect-error A misspelt event as one of several.
      { type: "Claered", data: {} },
    ],
  },
});
