import { defineAggregate, defineDocumentsProjection, defineProjection } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";
import { given } from "./given.ts";
import { happened } from "./happened.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number() }),
    AccountClosed: z.object({}),
  },
  initial: {},
  evolve: {
    AccountOpened: (account) => account,
    MoneyDeposited: (account) => account,
    AccountClosed: (account) => account,
  },
  commands: {},
});

const balances = defineProjection({
  name: "balances",
  version: 1,
  of: [Account],
  key: ({ aggregateId }) => aggregateId,
  initial: { balance: 0, last: "" },
  on: {
    MoneyDeposited: (row, { amount }, { aggregateNonce, occurredAt }) => ({
      balance: row.balance + amount,
      last: `${aggregateNonce} at ${occurredAt.toISOString()}`,
    }),
    AccountClosed: () => null,
  },
});

const owners = defineDocumentsProjection({
  name: "owners",
  version: 1,
  of: [Account],
  keys: (event) => (event.type === "AccountOpened" ? [event.data.owner, "all"] : []),
  initial: { accounts: 0 },
  on: {
    AccountOpened: (documents, { owner }) => {
      for (const key of [owner, "all"]) documents.update(key, ({ accounts }) => ({ accounts: accounts + 1 }));
    },
  },
});

const ann = Account.ref("ann");
const bob = Account.ref("bob");
const deposited = (amount: number) => ({ type: "MoneyDeposited", data: { amount } }) as const;
const closed = { type: "AccountClosed", data: {} } as const;
const at = (nonce: number) => `${nonce} at 1970-01-01T00:00:00.000Z`;

test("a scenario of a projection folds what happened into the documents that are there", () => {
  given(balances).when().then({});
  given(balances)
    .when(happened(ann, [deposited(5)]), happened(bob, [deposited(1)]), happened(ann, [deposited(2)]))
    .then({ ann: { balance: 7, last: at(2) }, bob: { balance: 1, last: at(1) } });
  given(balances, { ann: { balance: 10, last: "" }, carl: { balance: 3, last: "" } })
    .when(happened(ann, [deposited(5)]), happened(bob, [deposited(1), closed]))
    .then({ ann: { balance: 15, last: at(1) }, carl: { balance: 3, last: "" } });
});

test("a scenario of a projection of many documents, too", () => {
  given(owners, { all: { accounts: 3 } })
    .when(happened(ann, [{ type: "AccountOpened", data: { owner: "Ann" } }, deposited(5)]))
    .then({ all: { accounts: 4 }, Ann: { accounts: 1 } });
});

test("a scenario of a projection tells what happens at a time that an event names", () => {
  given(balances)
    .when(happened(ann, [{ ...deposited(1), occurredAt: new Date("2026-01-02T03:04:05Z") }]))
    .then({ ann: { balance: 1, last: "1 at 2026-01-02T03:04:05.000Z" } });
});

test("a scenario of a projection fails with the difference, document by document", () => {
  const folded = given(balances, { carl: { balance: 3, last: "" } }).when(happened(ann, [deposited(5)]));
  expect(() => folded.then({ ann: { balance: 6, last: at(1) }, bob: { balance: 1, last: "" } })).toThrow(
    expect.objectContaining({
      name: "ScenarioFailure",
      message: `balances came to other documents than expected.

given
  "carl": { balance: 3, last: "" }

when
  Account "ann"
    MoneyDeposited { amount: 5 }

then (- expected, + actual)
- "ann": { balance: 6, last: "1 at 1970-01-01T00:00:00.000Z" }
- "bob": { balance: 1, last: "" }
+ "ann": { balance: 5, last: "1 at 1970-01-01T00:00:00.000Z" }
+ "carl": { balance: 3, last: "" }`,
    }),
  );
  expect(() =>
    given(balances)
      .when(happened(ann, [deposited(5)]))
      .then({}),
  ).toThrow('- no documents\n+ "ann"');
});
