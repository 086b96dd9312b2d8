import {
  defineAggregate,
  defineCommand,
  emitterOf,
  InvalidEventDataError,
  reject,
} from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";
import { given } from "./given.ts";
import { happened } from "./happened.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive() }),
  },
  initial: { balance: 0, limits: "standard" },
  evolve: {
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
  },
  commands: {},
});

const Limits = defineAggregate({
  type: "Limits",
  events: { LimitSet: z.object({ most: z.number() }) },
  initial: { most: 1_000 },
  evolve: { LimitSet: (_, { most }) => ({ most }) },
  commands: {},
});

const transfer = defineCommand({
  name: "TransferMoney",
  aggregates: (input: { from: string; to: readonly string[]; amount: number }) => ({
    from: Account.ref(input.from),
    to: input.to.map((id) => Account.ref(id)),
  }),
  discover: ({ from }) => ({ limits: Limits.ref(from.limits) }),
  handle: ({ from, to, limits }, { amount }) => {
    const total = amount * to.length;
    if (total > limits.state.most) return reject("over-the-limit", { most: limits.state.most });
    if (from.state.balance < total) return reject("insufficient-funds");
    if (amount === 0) return undefined;
    if (amount < 0) return emitterOf(Account.ref("eve")).emit("MoneyDeposited", { amount: 1 });
    return [
      ...to.map((account) => account.emit("MoneyDeposited", { amount })),
      from.emit("MoneyWithdrawn", { amount: total }, { tags: [`nonce:${from.nonce}`] }),
    ];
  },
});

const deposited = (amount: number) => ({ type: "MoneyDeposited", data: { amount } }) as const;
const withdrawn = (amount: number) => ({ type: "MoneyWithdrawn", data: { amount } }) as const;
const ann = Account.ref("ann");
const bob = Account.ref("bob");
const carl = Account.ref("carl");

const transferring = given(
  transfer,
  happened(ann, [deposited(60), deposited(40)]),
  happened(bob, [deposited(1)]),
).when({
  from: "ann",
  to: ["bob", "carl"],
  amount: 30,
});

test("a scenario of a command holds when each aggregate gets what is expected, whichever comes first", () => {
  transferring.then(
    happened(ann, [withdrawn(60)]),
    happened(bob, [deposited(30)]),
    happened(carl, [deposited(30)]),
  );
  transferring.then(
    happened(carl, [deposited(30)]),
    happened(bob, [deposited(30)]),
    happened(ann, [{ ...withdrawn(60), tags: ["nonce:2"] }]),
  );
  given(transfer)
    .when({ from: "ann", to: ["bob"], amount: 0 })
    .then();
  given(transfer)
    .when({ from: "ann", to: ["bob"], amount: 0 })
    .then(happened(ann, []));
});

test("a scenario of a command holds when it decides against itself as expected, also by what it discovers", () => {
  const lowered = happened(Limits.ref("standard"), [{ type: "LimitSet", data: { most: 10 } }]);
  const command = given(transfer, happened(ann, [deposited(100)]), lowered);
  command.when({ from: "ann", to: ["bob"], amount: 11 }).thenRejects("over-the-limit", { most: 10 });
  command.when({ from: "bob", to: ["ann"], amount: 1 }).thenRejects("insufficient-funds");
});

test("a scenario of a command fails with a difference, aggregate by aggregate", () => {
  expect(() => transferring.then(happened(ann, [withdrawn(30)]), happened(bob, [deposited(30)]))).toThrow(
    expect.objectContaining({
      name: "ScenarioFailure",
      message: `TransferMoney came to something else than the expected events.

given
  Account "ann"
    MoneyDeposited { amount: 60 }
    MoneyDeposited { amount: 40 }
  Account "bob"
    MoneyDeposited { amount: 1 }

when
  TransferMoney { amount: 30, from: "ann", to: ["bob", "carl"] }

then (- expected, + actual)
  Account "ann"
-   MoneyWithdrawn { amount: 30 }
+   MoneyWithdrawn { amount: 60 }
  Account "bob"
    MoneyDeposited { amount: 30 }
+ Account "carl"
+   MoneyDeposited { amount: 30 }`,
    }),
  );
  expect(() => transferring.then()).toThrow("- no events\n+ Account");
});

test("a scenario of a command fails when it decides against itself, or does not, or for another reason", () => {
  expect(() => transferring.thenRejects("insufficient-funds")).toThrow(
    "- rejected: insufficient-funds\n+ Account",
  );
  const rejected = given(transfer).when({ from: "ann", to: ["bob"], amount: 2_000 });
  expect(() => rejected.then(happened(bob, [deposited(2_000)]))).toThrow(
    "+ rejected: over-the-limit { most: 1000 }",
  );
  expect(() => rejected.thenRejects("insufficient-funds")).toThrow(
    "- rejected: insufficient-funds\n+ rejected: over-the-limit { most: 1000 }",
  );
});

test("a command that writes where it must not, or what its schemas do not take, fails as it would in production", () => {
  expect(() => given(transfer).when({ from: "ann", to: [], amount: -1 })).toThrow(RangeError);
  expect(() => given(transfer, happened(ann, [deposited(-5)]))).toThrow(InvalidEventDataError);
});
