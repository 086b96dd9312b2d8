import { defineAggregate, InvalidEventDataError, reject } from "@leftfold/event-sourcing";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { given } from "./given.ts";
import { ScenarioFailure } from "./scenario-failure.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive(), note: z.string().default("none") }),
  },
  initial: { open: false, owner: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, open: true, owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
  },
  commands: {
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    withdraw: (account, amount: number) =>
      account.balance < amount
        ? reject("insufficient-funds", { balance: account.balance, missing: amount - account.balance })
        : { type: "MoneyWithdrawn", data: { amount } },
    payInterest: (account, rates: readonly number[]) =>
      rates.map((rate) => ({ type: "MoneyDeposited" as const, data: { amount: account.balance * rate } })),
    label: (_, occurredAt: Date) => ({
      type: "MoneyDeposited",
      data: { amount: 1 },
      tags: ["gift", "birthday"],
      occurredAt,
    }),
    touch: () => [],
  },
  tags: { MoneyDeposited: (_, id) => [`account:${id}`] },
});

const opened = { type: "AccountOpened", data: { owner: "Ann" } } as const;
const deposited = (amount: number) => ({ type: "MoneyDeposited", data: { amount } }) as const;

/** What a scenario fails with. */
function failureOf(scenario: () => void): ScenarioFailure {
  try {
    scenario();
  } catch (error) {
    if (error instanceof ScenarioFailure) return error;
    throw error;
  }
  return expect.fail("The scenario should have failed.");
}

describe("a scenario of an aggregate holds", () => {
  test("when the command emits what is expected of the events before", () => {
    given(Account, [opened])
      .when("deposit", 100)
      .then([deposited(100)]);
    given(Account, [opened, deposited(200)])
      .when("payInterest", [0.5, 0.25])
      .then([deposited(100), deposited(50)]);
    given(Account).when("touch").then([]);
  });

  test("when the command decides against itself for the expected reason", () => {
    const withdrawing = given(Account, [opened, deposited(5)]).when("withdraw", 7);
    withdrawing.thenRejects("insufficient-funds");
    withdrawing.thenRejects("insufficient-funds", { missing: 2, balance: 5 });
    withdrawing.thenState({ open: true, owner: "Ann", balance: 5 });
  });

  test("when the state is as expected, before and after the command", () => {
    const account = given(Account, [opened, deposited(5)]);
    account.thenState({ owner: "Ann", open: true, balance: 5 });
    account.when("withdraw", 2).thenState({ owner: "Ann", open: true, balance: 3 });
    given(Account).thenState(Account.initial);
  });

  test("with defaults that a schema fills in, spelled out or not", () => {
    const withdrawing = given(Account, [deposited(5)]).when("withdraw", 2);
    withdrawing.then([{ type: "MoneyWithdrawn", data: { amount: 2 } }]);
    withdrawing.then([{ type: "MoneyWithdrawn", data: { amount: 2, note: "none" } }]);
    expect(() => withdrawing.then([{ type: "MoneyWithdrawn", data: { amount: 2, note: "rent" } }])).toThrow(
      ScenarioFailure,
    );
  });

  test("with tags and times where they are named", () => {
    const occurredAt = new Date("2026-01-02T03:04:05Z");
    const labelling = given(Account, [], { aggregateId: "ann" }).when("label", occurredAt);
    labelling.then([deposited(1)]);
    labelling.then([{ ...deposited(1), tags: ["birthday", "gift"], occurredAt }]);
    expect(failureOf(() => labelling.then([{ ...deposited(1), tags: ["gift"] }])).message).toContain(
      [
        "- MoneyDeposited #account:ann #gift { amount: 1 }",
        "+ MoneyDeposited #account:ann #birthday #gift { amount: 1 }",
      ].join("\n"),
    );
    const earlier = new Date(0);
    expect(() => labelling.then([{ ...deposited(1), occurredAt: earlier }])).toThrow(/at 1970.*\n.*at 2026/);
  });
});

describe("a scenario of an aggregate fails", () => {
  test("with a difference of the events, and what led to them", () => {
    const failure = failureOf(() =>
      given(Account, [opened])
        .when("deposit", 100)
        .then([deposited(10)]),
    );
    expect(failure.message).toBe(`Account.deposit came to something else than the expected events.

given
  AccountOpened { owner: "Ann" }

when
  deposit(100)

then (- expected, + actual)
- MoneyDeposited { amount: 10 }
+ MoneyDeposited { amount: 100 }`);
    expect(failure.expected).toEqual([{ type: "MoneyDeposited", data: { amount: 10 } }]);
    expect(failure.actual).toEqual([{ type: "MoneyDeposited", data: { amount: 100 } }]);
    expect(failure).toBeInstanceOf(Error);
    expect(failure.name).toBe("ScenarioFailure");
  });

  test("for an event too many, too few, and in another order", () => {
    const paying = given(Account, [deposited(100)]).when("payInterest", [0.1, 0.2, 0.3]);
    expect(() => paying.then([deposited(10), deposited(20)])).toThrow(/\n {2}.*20 }\n\+ .*30 }$/);
    expect(() => paying.then([deposited(10), deposited(20), deposited(30), deposited(1)])).toThrow(
      /\n- .*1 }$/,
    );
    expect(() => paying.then([deposited(20), deposited(10), deposited(30)])).toThrow(ScenarioFailure);
    expect(() => paying.then([])).toThrow("- no events\n+ MoneyDeposited");
    expect(() => given(Account).when("touch").then([opened])).toThrow("+ no events");
  });

  test("with the reason when the command decided against itself, unexpectedly", () => {
    const withdrawing = given(Account, [deposited(5)]).when("withdraw", 7);
    expect(() => withdrawing.then([{ type: "MoneyWithdrawn", data: { amount: 7 } }])).toThrow(
      "+ rejected: insufficient-funds { balance: 5, missing: 2 }",
    );
    expect(() => withdrawing.thenRejects("insufficient-funds", { balance: 5 })).toThrow(
      "- rejected: insufficient-funds { balance: 5 }\n+ rejected: insufficient-funds { balance: 5, missing: 2 }",
    );
  });

  test("with the events when the command did not decide against itself", () => {
    const withdrawing = given(Account, [deposited(50)]).when("withdraw", 7);
    expect(() => withdrawing.thenRejects("insufficient-funds")).toThrow(
      '- rejected: insufficient-funds\n+ MoneyWithdrawn { amount: 7, note: "none" }',
    );
  });

  test("with a difference of the states", () => {
    const account = given(Account, [opened, deposited(5)]);
    const line =
      /- \{ balance: 6, open: true, owner: "Ann" \}\n\+ \{ balance: 5, open: true, owner: "Ann" \}/;
    expect(() => account.thenState({ open: true, owner: "Ann", balance: 6 })).toThrow(line);
    expect(() => account.when("touch").thenState({ open: true, owner: "Ann", balance: 6 })).toThrow(line);
  });

  test("as the store would refuse it, when events have data that their schemas do not take", () => {
    expect(() => given(Account, [deposited(-1)])).toThrow(InvalidEventDataError);
    expect(() =>
      given(Account)
        .when("deposit", -1)
        .then([deposited(1)]),
    ).toThrow(InvalidEventDataError);
    expect(() =>
      given(Account)
        .when("deposit", 1)
        .then([deposited(-1)]),
    ).toThrow(InvalidEventDataError);
  });
});
