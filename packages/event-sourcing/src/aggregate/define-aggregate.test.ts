import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import type { Codec } from "../codec.ts";
import { InvalidDefinitionError, InvalidEventDataError, UnreadableEventError } from "../errors.ts";
import { defineAggregate } from "./define-aggregate.ts";
import type { ReadableEvent } from "./event-decoding.ts";
import { eventTypes } from "./event-schemas.ts";
import { reject } from "./outcome.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string().trim(), tier: z.string().default("basic") }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
  },
  initial: { owner: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
  },
  commands: {
    open: (account, owner: string) =>
      account.owner !== ""
        ? reject("already-open", account.owner)
        : { type: "AccountOpened", data: { owner } },
  },
  upcasters: {
    MoneyDeposited: {
      1: ({ cents }: { cents: number }) => ({ euros: cents / 100 }),
      2: ({ euros }: { euros: number }) => ({ amount: euros }),
    },
  },
  tags: { AccountOpened: ({ owner, tier }, id) => [`owner:${owner}`, tier, id] },
});

/** An event as a store gives it back. */
function recorded(eventType: string, data: unknown, more: Partial<ReadableEvent> = {}): ReadableEvent {
  const payload = new TextEncoder().encode(typeof data === "string" ? data : JSON.stringify(data));
  const place = { aggregateType: "Account", aggregateId: "ann", aggregateNonce: 7n };
  return { ...place, eventType, eventVersion: 1, contentType: "application/json", payload, ...more };
}

describe("an event that is written", () => {
  test("is what its schema gives, encoded, in the current version, with the definition's tags", () => {
    const proposed = Account.encode({ type: "AccountOpened", data: { owner: " Ann " } }, "a1");
    expect(JSON.parse(new TextDecoder().decode(proposed.payload))).toEqual({ owner: "Ann", tier: "basic" });
    expect(proposed).toMatchObject({
      eventType: "AccountOpened",
      contentType: "application/json",
      eventVersion: 1,
      tags: ["owner:Ann", "basic", "a1"],
    });
    const deposit = Account.encode({ type: "MoneyDeposited", data: { amount: 5 } }, "a1");
    expect(deposit.eventVersion).toBe(3);
    expect(deposit).not.toHaveProperty("tags");
    expect(deposit).not.toHaveProperty("occurredAt");
  });

  test("can be named by itself, with what it carries and nothing else", () => {
    expect(Account.event("MoneyDeposited", { amount: 5 })).toStrictEqual({
      type: "MoneyDeposited",
      data: { amount: 5 },
    });
    const occurredAt = new Date(5);
    const opened = Account.event("AccountOpened", { owner: "Ann" }, { tags: ["first"], occurredAt });
    expect(Account.encode(opened, "a1")).toMatchObject({ eventType: "AccountOpened", occurredAt });
    expect(Account.encode(opened, "a1").tags).toContain("first");
  });

  test("is named the same way by commands that are given as a function", () => {
    const Counter = defineAggregate({
      type: "Counter",
      events: eventTypes<{ Counted: { by: number } }>(),
      initial: { count: 0 },
      evolve: { Counted: ({ count }, { by }) => ({ count: count + by }) },
      commands: (event) => ({
        count: ({ count }, by: number) =>
          count > 1 ? reject("enough") : event("Counted", { by }, { tags: [`after:${count}`] }),
      }),
    });
    expect(Counter.commands.count({ count: 1 }, 2)).toStrictEqual({
      type: "Counted",
      data: { by: 2 },
      tags: ["after:1"],
    });
    expect(Counter.commands.count({ count: 2 }, 2)).toMatchObject({ code: "enough" });
  });

  test("carries the command's own tags and time, no tag twice", () => {
    const occurredAt = new Date("2026-01-02T03:04:05Z");
    const data = { owner: "Ann" };
    const proposed = Account.encode({ type: "AccountOpened", data, tags: ["a1", "vip"], occurredAt }, "a1");
    expect(proposed).toMatchObject({ tags: ["owner:Ann", "basic", "a1", "vip"], occurredAt });
  });

  test("is refused with all that its schema has against it", () => {
    const Order = defineAggregate({
      type: "Order",
      events: { Placed: z.object({ lines: z.array(z.object({ sku: z.string(), count: z.int() })) }) },
      initial: {},
      evolve: { Placed: (order) => order },
      commands: {},
    });
    const data = { lines: [{ sku: "s", count: 1.5 }] };
    const error = thrownBy(() => Order.encode({ type: "Placed", data }, "o1"));
    expect(error).toBeInstanceOf(InvalidEventDataError);
    expect(error).toMatchObject({
      code: "invalid-event-data",
      retryable: false,
      aggregateType: "Order",
      eventType: "Placed",
      issues: [{ path: "lines.0.count" }],
    });
    expect((error as Error).message).toMatch(
      /^Nothing was written: Placed of Order has invalid data \(lines.0/,
    );
  });

  test("is refused when its codec cannot keep it as it is", () => {
    const Plain = defineAggregate({
      type: "Plain",
      events: eventTypes<{ Happened: { at: Date } }>(),
      initial: {},
      evolve: { Happened: (state) => state },
      commands: {},
    });
    const happened = () => Plain.encode({ type: "Happened", data: { at: new Date(0) } }, "p");
    expect(happened).toThrow("at is of class Date, which JSON would not bring back");
  });

  test("is refused when it is none of the definition's, past the compiler", () => {
    const unknown = { type: "AccountClosed", data: {} } as never;
    expect(() => Account.encode(unknown, "a1")).toThrow(InvalidDefinitionError);
    expect(() => Account.encode(unknown, "a1")).toThrow("emit one of AccountOpened, MoneyDeposited");
  });

  test("is refused when its schema needs to wait", () => {
    const waiting: StandardSchemaV1<string> = {
      "~standard": { version: 1, vendor: "test", validate: async () => Promise.reject(new Error("late")) },
    };
    const Slow = defineAggregate({
      type: "Slow",
      events: { Said: waiting },
      initial: {},
      evolve: { Said: (state) => state },
      commands: {},
    });
    expect(() => Slow.encode({ type: "Said", data: "a" }, "s")).toThrow(/validates asynchronously/);
  });
});

describe("an event that is read", () => {
  test("comes in the current version, whichever it was written in", () => {
    const deposited = { type: "MoneyDeposited", data: { amount: 5 } };
    expect(Account.decode(recorded("MoneyDeposited", { cents: 500 }))).toEqual(deposited);
    expect(Account.decode(recorded("MoneyDeposited", { euros: 5 }, { eventVersion: 2 }))).toEqual(deposited);
    expect(Account.decode(recorded("MoneyDeposited", { amount: 5 }, { eventVersion: 3 }))).toEqual(deposited);
  });

  test("changes the state in one step as in two", () => {
    const event = recorded("MoneyDeposited", { cents: 500 });
    const state = { owner: "Ann", balance: 1 };
    expect(Account.replay(state, event)).toEqual({ owner: "Ann", balance: 6 });
    expect(Account.apply(state, Account.decode(event)!)).toEqual({ owner: "Ann", balance: 6 });
  });

  test("is an error when it is of an unknown type, unless such are skipped", () => {
    const unknown = recorded("AccountClosed", {});
    const error = thrownBy(() => Account.decode(unknown));
    expect(error).toBeInstanceOf(UnreadableEventError);
    expect(error).toMatchObject({ code: "unknown-event", event: { aggregateId: "ann", aggregateNonce: 7n } });
    expect(() => Account.replay(Account.initial, unknown)).toThrow(
      'Event 7 of Account "ann", AccountClosed, is',
    );
    const Tolerant = defineAggregate({
      type: "Account",
      events: eventTypes<{ MoneyDeposited: { amount: number } }>(),
      initial: { balance: 0 },
      evolve: { MoneyDeposited: (account, { amount }) => ({ balance: account.balance + amount }) },
      commands: {},
      unknownEvents: "skip",
    });
    expect(Tolerant.decode(unknown)).toBeUndefined();
    expect(Tolerant.replay({ balance: 3 }, unknown)).toEqual({ balance: 3 });
    // A newer version of a known event is no unknown event: to skip it would be to get the state wrong.
    const newer = recorded("MoneyDeposited", { amount: 5 }, { eventVersion: 2 });
    expect(() => Tolerant.replay({ balance: 3 }, newer)).toThrow(/has version 2, .* versions up to 1/);
  });

  test("is an error when it is newer than the definition, or cannot be decoded", () => {
    const newer = recorded("AccountOpened", {}, { eventVersion: 2 });
    expect(thrownBy(() => Account.decode(newer))).toMatchObject({ code: "newer-event-version" });
    const foreign = recorded("AccountOpened", {}, { contentType: "text/csv" });
    expect(thrownBy(() => Account.decode(foreign))).toMatchObject({ code: "undecodable-event" });
    const broken = thrownBy(() => Account.decode(recorded("AccountOpened", "{")));
    expect(broken).toMatchObject({ code: "undecodable-event", cause: expect.any(SyntaxError) });
  });

  test("goes through the definition's own codec, which is asked once for each type", () => {
    const asked: string[] = [];
    const reversed: Codec = {
      contentType: "text/reversed",
      encode: (_type, data) => new TextEncoder().encode([...String(data)].reverse().join("")),
      decoder(eventType) {
        asked.push(eventType);
        return (payload) => [...new TextDecoder().decode(payload)].reverse().join("");
      },
    };
    const Note = defineAggregate({
      type: "Note",
      events: eventTypes<{ Written: string; Erased: string }>(),
      initial: "",
      evolve: { Written: (note, text) => note + text, Erased: () => "" },
      commands: {},
      codec: reversed,
    });
    const { payload, contentType } = Note.encode({ type: "Written", data: "abc" }, "n");
    const event = recorded("Written", "", { payload, contentType });
    expect(new TextDecoder().decode(payload)).toBe("cba");
    expect([event, event].reduce((note, each) => Note.replay(note, each), Note.initial)).toBe("abcabc");
    expect(asked).toEqual(["Written", "Erased"]);
  });
});

describe("a definition", () => {
  const parts = {
    type: "Counter",
    events: { Counted: z.object({ by: z.number() }) },
    initial: { count: 0, by: { day: [1] } },
    evolve: { Counted: (counter: { count: number; by: { day: number[] } }) => counter },
    commands: {},
  };

  test("has an initial state that nothing can change for all aggregates", () => {
    const Counter = defineAggregate(parts);
    expect(() => Counter.initial.by.day.push(2)).toThrow(TypeError);
    const Since = defineAggregate({ ...parts, initial: () => parts.initial });
    expect(Since.initial).toBe(parts.initial);
    const started = new Map<string, number>();
    const Tally = defineAggregate({
      type: "Tally",
      events: eventTypes<{ Counted: { what: string } }>(),
      initial: started,
      evolve: { Counted: (tally, { what }) => new Map(tally).set(what, 1) },
      commands: {},
    });
    expect(Tally.initial).toBe(started);
  });

  test("names each instance", () => {
    const Counter = defineAggregate(parts);
    expect(Counter.ref("c1")).toEqual({ aggregate: Counter, aggregateId: "c1" });
    expect(Counter.eventTypes).toEqual(["Counted"]);
    expect(Counter.stateVersion).toBe(1);
    expect(Counter.commands).toEqual({});
  });

  test.each([
    ["an empty type", { type: "" }, "type is empty"],
    ["an event without a place in `evolve`", { evolve: {} }, "`events` of Counter names Counted"],
    ["an event without a schema", { events: { Other: z.object({}) } }, "`evolve` of Counter names Counted"],
    ["tags of no event", { tags: { Lost: () => [] } }, "`tags` of Counter names Lost"],
    ["upcasters of no event", { upcasters: { Lost: {} } }, "`upcasters` of Counter names Lost"],
    ["a gap in a chain", { upcasters: { Counted: { 2: () => ({}) } } }, "none starts from version 1"],
    ["a state version of 0", { stateVersion: 0 }, "stateVersion of Counter is 0"],
    ["snapshots every 0.5 events", { snapshot: { every: 0.5 } }, "snapshot.every of Counter is 0.5"],
  ])("is refused for %s", (_, wrong, message) => {
    const define = () => defineAggregate({ ...parts, ...wrong } as typeof parts);
    expect(define).toThrow(InvalidDefinitionError);
    expect(define).toThrow(message);
  });
});

function thrownBy(action: () => unknown): unknown {
  try {
    action();
  } catch (error) {
    return error;
  }
  return expect.fail("It should have thrown.");
}
