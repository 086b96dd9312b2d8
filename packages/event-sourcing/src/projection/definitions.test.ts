import { expect, test } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { InvalidDefinitionError } from "../errors.ts";
import { defineProcess } from "../process/define-process.ts";
import { defineBatchProjection } from "./define-batch-projection.ts";
import { defineDocumentsProjection } from "./define-documents-projection.ts";
import { defineProjection } from "./define-projection.ts";
import { failureIn, isRetryable, retrying } from "./failure.ts";
import { foldProjection } from "./fold-projection.ts";
import { recorded } from "./testing/recorded.ts";

const Account = defineAggregate({
  type: "Account",
  events: { MoneyDeposited: z.object({ amount: z.number() }), AccountClosed: z.object({}) },
  initial: {},
  evolve: { MoneyDeposited: (state) => state, AccountClosed: (state) => state },
  commands: {},
});
const base = {
  name: "balances",
  version: 1,
  of: [Account],
  key: (event: { aggregateId: string }) => event.aggregateId,
  initial: { balance: 0 },
  on: {},
};

/** What a program without types may hand over. */
const misspelt: object = { MoneyDeposted: () => undefined };

test("folds events without a store, and leaves out what it does not handle", () => {
  const balances = defineProjection({
    ...base,
    key: (event) => (event.aggregateId === "nobody" ? undefined : event.aggregateId),
    on: {
      MoneyDeposited: (row, { amount }) => ({ balance: row.balance + amount }),
      AccountClosed: () => null,
    },
  });
  const events = [
    recorded({ aggregateId: "ann", data: { amount: 5 } }),
    recorded({ aggregateId: "ann", data: { amount: 6 } }),
    recorded({ aggregateId: "bob", eventType: "AccountClosed" }),
    recorded({ aggregateId: "nobody", data: { amount: 6 } }),
    recorded({ aggregateType: "Order", eventType: "OrderPlaced" }),
  ];
  const before = new Map([["bob", { balance: 1 }]]);
  expect(foldProjection(balances, events, before)).toEqual(new Map([["ann", { balance: 11 }]]));
});

test("asks for the events that there are handlers for, and for no others", () => {
  const on = { AccountClosed: () => null };
  expect(defineProjection({ ...base, on }).query).toEqual({
    anyOf: [{ aggregateTypes: ["Account"], eventTypes: ["AccountClosed"] }],
  });
  expect(defineBatchProjection({ name: "all", version: 1, of: [Account] }).query).toEqual({
    anyOf: [{ aggregateTypes: ["Account"] }],
  });
});

test("asks an aggregate for what it has alone, though another one's events may have the same names", () => {
  const Visit = defineAggregate({
    type: "Visit",
    events: { VisitPaid: z.object({}) },
    initial: {},
    evolve: { VisitPaid: (state) => state },
    commands: {},
  });
  const of = [Account, Visit];
  const paid = defineProjection({ ...base, of, on: { VisitPaid: () => ({ balance: 1 }) } });
  expect(paid.query).toEqual({ anyOf: [{ aggregateTypes: ["Visit"], eventTypes: ["VisitPaid"] }] });
  const event = recorded({ aggregateType: "Account", eventType: "VisitPaid" });
  expect(foldProjection(paid, [event])).toEqual(new Map());
  expect(foldProjection(paid, [{ ...event, aggregateType: "Visit" }]).size).toBe(1);
});

test("a handler reads what it has written, and begins with the initial document", () => {
  const seen: unknown[] = [];
  const documents = defineDocumentsProjection({
    ...base,
    keys: (event) => [event.aggregateId],
    on: {
      MoneyDeposited: (row, { amount }, { aggregateId }) => {
        seen.push(row.get(aggregateId));
        row.update(aggregateId, ({ balance }) => ({ balance: balance + amount }));
        seen.push(row.get(aggregateId));
        row.remove(aggregateId);
        seen.push(row.get(aggregateId));
        row.update(aggregateId, ({ balance }) => ({ balance: balance - amount }));
      },
    },
  });
  const before = new Map([["ann", { balance: 1 }]]);
  const after = foldProjection(documents, [recorded({ data: { amount: 5 } })], before);
  expect(seen).toEqual([{ balance: 1 }, { balance: 6 }, undefined]);
  expect(after).toEqual(new Map([["ann", { balance: -5 }]]));
});

test("shows handlers all of an event", () => {
  const known = recorded({ data: { amount: 5 }, tags: ["a"], metadata: { b: "c" }, actorId: "ann" });
  const shown: unknown[] = [];
  const looking = defineProjection({
    ...base,
    on: {
      MoneyDeposited: (row, _, event) => {
        const { tenantId, globalNonce, aggregateType, aggregateId, aggregateNonce, eventId } = event;
        const { occurredAt, recordedAt, tags, correlationId, causationId, actorId, metadata } = event;
        shown.push({ tenantId, globalNonce, aggregateType, aggregateId, aggregateNonce, eventId });
        shown.push({ occurredAt, recordedAt, tags, correlationId, causationId, actorId, metadata });
        return row;
      },
    },
  });
  foldProjection(looking, [known]);
  const [ids, rest] = shown;
  expect(known).toMatchObject(ids as object);
  expect(rest).toEqual({
    occurredAt: known.occurredAt,
    recordedAt: known.recordedAt,
    tags: ["a"],
    correlationId: undefined,
    causationId: undefined,
    actorId: "ann",
    metadata: { b: "c" },
  });
});

test.each([
  ["a name with a colon", () => defineProjection({ ...base, name: "a:b" })],
  ["an empty name", () => defineProjection({ ...base, name: "" })],
  ["a version that is none", () => defineProjection({ ...base, version: 0 })],
  ["no aggregate", () => defineProjection({ ...base, of: [] })],
  ["an aggregate twice", () => defineProjection({ ...base, of: [Account, Account] })],
  ["a handler of no event", () => defineDocumentsProjection({ ...base, keys: () => [], on: misspelt })],
  ["a process without handlers", () => defineProcess(base)],
])("refuses %s", (_, define) => {
  expect(define).toThrow(InvalidDefinitionError);
});

test("finds the failure that counts in what a store has wrapped", () => {
  const failure = new InvalidDefinitionError("x");
  expect(failureIn(new Error("a", { cause: new Error("b", { cause: failure }) }))).toBe(failure);
  expect(failureIn("text")).toBe("text");
  expect(isRetryable(failure)).toBe(false);
});

test("tries again what may pass, and gives up at once on what does not", async () => {
  const policy = { attemptsMax: 3, baseDelayMs: 1, delayMaxMs: 1 };
  const passing = Object.assign(new Error("away"), { retryable: true });
  const { signal } = new AbortController();
  let calls = 0;
  const fail = (error: Error) => async () => {
    calls++;
    throw error;
  };
  await expect(retrying(policy, signal, fail(passing))).rejects.toBe(passing);
  expect(calls).toBe(3);
  await expect(retrying(policy, signal, fail(new Error("no")))).rejects.toThrow("no");
  expect(calls).toBe(4);
});
