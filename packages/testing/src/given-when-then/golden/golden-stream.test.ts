import type { RecordedEvent } from "@leftfold/core";
import { defineAggregate, type Upcasters } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";
import { aRecordedEvent } from "../../builders/recorded-event.ts";
import { goldenStream } from "./golden-stream.ts";
import { jsonOf } from "./json-of.ts";
import { replayGolden } from "./replay-golden.ts";

/** An account, whose deposits have had no currency once. */
function accountWith(upcast: (data: { amount: number }) => unknown) {
  const upcasters: Upcasters<"MoneyDeposited"> = { MoneyDeposited: { 1: upcast } };
  return defineAggregate({
    type: "Account",
    events: { MoneyDeposited: z.object({ cents: z.number(), currency: z.string() }) },
    initial: { cents: 0n, currencies: new Set<string>(), opened: new Date(0) },
    evolve: {
      MoneyDeposited: (account, { cents, currency }) => ({
        ...account,
        cents: account.cents + BigInt(cents),
        currencies: new Set([...account.currencies, currency]),
      }),
    },
    commands: {},
    upcasters,
  });
}

const Account = accountWith(({ amount }) => ({ cents: amount * 100, currency: "EUR" }));

function deposit(nonce: bigint, eventVersion: number, data: unknown): RecordedEvent {
  return aRecordedEvent({
    aggregateType: "Account",
    aggregateId: "ann",
    globalNonce: nonce,
    eventType: "MoneyDeposited",
    eventVersion,
    payload: new TextEncoder().encode(JSON.stringify(data)),
  });
}

const events = [deposit(1n, 1, { amount: 5 }), deposit(2n, 2, { cents: 250, currency: "CHF" })];

test("a golden stream is what was recorded, and the state that it folds to, in JSON", async () => {
  const golden = await goldenStream(Account, events);
  expect(golden).toEqual({
    aggregateType: "Account",
    aggregateId: "ann",
    events: [
      { eventType: "MoneyDeposited", eventVersion: 1, contentType: "application/json", data: { amount: 5 } },
      {
        eventType: "MoneyDeposited",
        eventVersion: 2,
        contentType: "application/json",
        data: { cents: 250, currency: "CHF" },
      },
    ],
    state: { cents: "750", currencies: ["EUR", "CHF"], opened: "1970-01-01T00:00:00.000Z" },
  });
  const file: unknown = JSON.parse(JSON.stringify(golden));
  expect(replayGolden(Account, file)).toEqual({
    cents: 750n,
    currencies: new Set(["EUR", "CHF"]),
    opened: new Date(0),
  });
});

test("a replay fails with the difference when old events are read in another way", async () => {
  const golden = await goldenStream(Account, events);
  const Changed = accountWith(({ amount }) => ({ cents: amount, currency: "EUR" }));
  expect(() => replayGolden(Changed, golden)).toThrow(
    expect.objectContaining({
      name: "ScenarioFailure",
      message: `The recorded events of Account "ann" fold to another state than they did.

given
  MoneyDeposited version 1
  MoneyDeposited version 2

then (- expected, + actual)
  {
-   cents: "750",
+   cents: "255",
    currencies: ["EUR", "CHF"],
    opened: "1970-01-01T00:00:00.000Z",
  }`,
    }),
  );
});

test("what is not JSON is kept in base64, to the byte", async () => {
  const Blob = defineAggregate({
    type: "Blob",
    events: { Written: z.custom<Uint8Array>() },
    initial: (): { bytes: Uint8Array } => ({ bytes: new Uint8Array() }),
    evolve: { Written: (_, bytes) => ({ bytes }) },
    commands: {},
    codec: {
      contentType: "application/octet-stream",
      encode: (_, data) => data as Uint8Array,
      decoder: () => (payload) => new Uint8Array(payload),
    },
  });
  const payload = Uint8Array.from({ length: 256 }, (_, i) => i);
  const fields = { aggregateType: "Blob", aggregateId: "b", eventType: "Written", payload };
  const golden = await goldenStream(Blob, [
    aRecordedEvent({ ...fields, contentType: "application/octet-stream" }),
  ]);
  expect(golden.events[0]).not.toHaveProperty("data");
  expect(replayGolden(Blob, JSON.parse(JSON.stringify(golden))).bytes).toEqual(payload);
});

test("there is no golden stream of nothing, or of two aggregates", async () => {
  await expect(goldenStream(Account, [])).rejects.toThrow(RangeError);
  const other = { ...deposit(3n, 2, { cents: 1, currency: "EUR" }), aggregateId: "bob" };
  await expect(goldenStream(Account, [...events, other])).rejects.toThrow('"ann" and Account "bob"');
});

test.each([
  [null, "no object"],
  [{ aggregateType: "Order" }, 'aggregateType is "Order"'],
  [{ aggregateType: "Account" }, "aggregateId"],
  [{ aggregateType: "Account", aggregateId: "a", events: {} }, "no list"],
  [{ aggregateType: "Account", aggregateId: "a", events: [] }, "no state"],
  [{ aggregateType: "Account", aggregateId: "a", events: [null], state: {} }, "event 0"],
  [{ aggregateType: "Account", aggregateId: "a", events: [{ eventType: "E" }], state: {} }, "event 0"],
  [
    {
      aggregateType: "Account",
      aggregateId: "a",
      events: [{ eventType: "E", eventVersion: 1, contentType: "application/json" }],
      state: {},
    },
    "event 0",
  ],
])("%j is no golden stream, and is told what it lacks", (value, flaw) => {
  expect(() => replayGolden(Account, value)).toThrow(TypeError);
  expect(() => replayGolden(Account, value)).toThrow(flaw);
});

test("a state becomes JSON, whatever it is made of", () => {
  const state = {
    m: new Map([["a", 1n]]),
    b: Uint8Array.of(1, 2),
    n: null,
    list: [new Date(0)],
    u: undefined,
  };
  expect(jsonOf(state)).toEqual({ m: [["a", "1"]], b: "AQI=", n: null, list: ["1970-01-01T00:00:00.000Z"] });
});
