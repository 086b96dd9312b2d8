// What the compiler infers of a definition, and what it refuses, on which line. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "./define-aggregate.ts";
import { type EventsOf, eventReader } from "./event-reader.ts";
import { type EmittedOf, type EventOf, eventTypes } from "./event-schemas.ts";
import { reject } from "./outcome.ts";
import type { StateOf } from "./type-of.ts";

declare const store: EventStore;

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive(), note: z.string().default("") }),
  },
  initial: { open: false, owner: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, open: true, owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
  },
  commands: {
    open: (account, owner: string) =>
      account.open ? reject("already-open") : { type: "AccountOpened", data: { owner } },
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    withdraw: (account, amount: number) =>
      account.balance < amount
        ? reject("insufficient-funds", { balance: account.balance })
        : { type: "MoneyWithdrawn", data: { amount } },
    reopen: (account) => {
      if (account.open) return [];
      return { type: "AccountOpened", data: { owner: account.owner } };
    },
    touch: () => {},
    twice: (_, amount: number) => [
      { type: "MoneyDeposited", data: { amount } },
      { type: "MoneyDeposited", data: { amount }, tags: ["second"] },
    ],
  },
});

// A definition has literal names, and the state of its `initial`.
expectTypeOf(Account.type).toEqualTypeOf<"Account">();
expectTypeOf(Account.initial).toEqualTypeOf<{ open: boolean; owner: string; balance: number }>();
expectTypeOf<Parameters<typeof Account.commands.withdraw>[1]>().toEqualTypeOf<number>();

// What is folded is what a schema gives, what is emitted is what it takes.
type AccountEvent = EventOf<typeof Account.events>;
expectTypeOf<Extract<AccountEvent, { type: "MoneyWithdrawn" }>["data"]>().toEqualTypeOf<{
  amount: number;
  note: string;
}>();

// A state of several shapes, and events that are plain types.
type Door = { readonly is: "open" } | { readonly is: "locked"; readonly key: string };
const Door = defineAggregate({
  type: "Door",
  events: eventTypes<{ DoorLocked: { key: string }; DoorOpened: { by: string } }>(),
  initial: (): Door => ({ is: "open" }),
  evolve: {
    DoorLocked: (_, { key }) => ({ is: "locked", key }),
    // A function without parameters is typed before the state is known: it would widen its literals to text.
    DoorOpened: (_) => ({ is: "open" }),
  },
  commands: {
    lock: (door, key: string) =>
      door.is === "locked" ? reject("locked", door.key) : { type: "DoorLocked", data: { key } },
  },
  tags: { DoorLocked: ({ key }, id) => [`key:${key}`, `door:${id}`] },
  upcasters: {
    DoorLocked: { 1: (data: { code: number }) => ({ key: String(data.code) }) },
  },
});
expectTypeOf(Door.initial).toEqualTypeOf<Door>();

// A reader's events are those of all its definitions.
const reader = eventReader([Account, Door]);
expectTypeOf(reader.eventTypes).toEqualTypeOf<
  readonly ("AccountOpened" | "MoneyDeposited" | "MoneyWithdrawn" | "DoorLocked" | "DoorOpened")[]
>();
expectTypeOf<NonNullable<ReturnType<typeof reader.decode>>>().toEqualTypeOf<
  AccountEvent | EventOf<typeof Door.events>
>();

for await (const event of reader.read(store, { from: 1n, to: 9n })) {
  expectTypeOf(event.recorded.globalNonce).toEqualTypeOf<bigint>();
  if (event.type === "DoorLocked") expectTypeOf(event.data).toEqualTypeOf<{ key: string }>();
  // @ts-expect-error No such event.
  if (event.type === "DoorBroken") break;
}

// Names for what is inferred.
expectTypeOf<StateOf<typeof Door>>().toEqualTypeOf<Door>();
expectTypeOf<EventsOf<typeof Account>>().toEqualTypeOf<AccountEvent>();
expectTypeOf<EventsOf<[typeof Account, typeof Door]>>().toEqualTypeOf<
  AccountEvent | EventOf<typeof Door.events>
>();
expectTypeOf<EventOf<typeof Account.events, "AccountOpened">>().toEqualTypeOf<{
  readonly type: "AccountOpened";
  readonly data: { owner: string };
}>();

// An event by itself has its own type, and takes what its schema takes.
const opened = Account.event("AccountOpened", { owner: "Ann" });
expectTypeOf(opened.type).toEqualTypeOf<"AccountOpened">();
expectTypeOf(opened.data).toEqualTypeOf<{ owner: string }>();
const happenings = [opened, Account.event("MoneyWithdrawn", { amount: 1 }, { tags: ["rent"] })];
expectTypeOf(happenings).toExtend<EmittedOf<typeof Account.events>[]>();
// @ts-expect-error A misspelt event.
Account.event("AccountOpend", { owner: "Ann" });
// @ts-expect-error Another event's data.
Account.event("AccountOpened", { amount: 1 });

const events = { Counted: z.object({ by: z.number() }), Cleared: z.object({}) };

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  // @ts-expect-error An event is left out.
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
  },
  commands: {},
});

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
    // @ts-expect-error No event of this name.
    Cleard: () => ({ count: 0 }),
  },
  commands: {},
});

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  evolve: {
    // @ts-expect-error The event has no such data.
    Counted: (counter, { count }) => ({ count: counter.count + count }),
    // @ts-expect-error That is no counter.
    Cleared: () => ({ cont: 0 }),
  },
  commands: {},
});

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: {
    clear: () => ({ type: "Cleared", data: {} }),
    // @ts-expect-error A misspelt event.
    misspelt: () => ({ type: "Claered", data: {} }),
    // @ts-expect-error Wrong data.
    mistyped: () => ({ type: "Counted", data: { by: "1" } }),
    several: () => [
      { type: "Cleared", data: {} },
      // @ts-expect-error Another aggregate's event, as one of several.
      { type: "DoorOpened", data: { by: "me" } },
    ],
    choice: (counter) =>
      // @ts-expect-error A misspelt event behind a condition.
      counter.count === 0 ? [] : { type: "Claered", data: {} },
  },
});

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: {},
  // @ts-expect-error Tags of an event that there is not.
  tags: { Claered: () => ["cleared"] },
});

defineAggregate({
  type: "Counter",
  events,
  initial: { count: 0 },
  evolve: {
    Counted: (counter, { by }) => ({ count: counter.count + by }),
    Cleared: () => ({ count: 0 }),
  },
  commands: {},
  upcasters: {
    Counted: {
      // biome-ignore lint/suspicious/noDuplicateObjectKeys: that is what the compiler has to refuse.
      1: () => ({ by: 1 }),
      // @ts-expect-error Two upcasters from one version.
      1: () => ({ by: 2 }),
    },
    // @ts-expect-error Upcasters of an event that there is not.
    Claered: { 1: () => ({}) },
  },
});
