import { readFile } from "node:fs/promises";
import { defineAggregate, defineProjection, eventTypes, reject } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { given, happened } from "./scenarios.ts";

const Account = defineAggregate({
  type: "Account",
  events: eventTypes<{ AccountOpened: { owner: string }; MoneyDeposited: { amount: number } }>(),
  initial: { open: false, balance: 0 },
  evolve: {
    AccountOpened: (account, _) => ({ ...account, open: true }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
  },
  commands: {
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    withdraw: (account, amount: number) =>
      account.balance < amount
        ? reject("insufficient-funds")
        : { type: "MoneyDeposited", data: { amount: -amount } },
  },
});

const balances = defineProjection({
  name: "balances",
  version: 1,
  of: [Account],
  key: ({ aggregateId }) => aggregateId,
  initial: { balance: 0 },
  on: { MoneyDeposited: (row, { amount }) => ({ balance: row.balance + amount }) },
});

test("the README's scenarios hold", () => {
  // #region readme
  given(Account, [{ type: "AccountOpened", data: { owner: "Ann" } }])
    .when("deposit", 100)
    .then([{ type: "MoneyDeposited", data: { amount: 100 } }]);
  given(Account).when("withdraw", 100).thenRejects("insufficient-funds");
  given(balances)
    .when(happened(Account.ref("ann"), [{ type: "MoneyDeposited", data: { amount: 100 } }]))
    .then({ ann: { balance: 100 } });
  // #endregion readme
});

test("the README shows the suite of a contract as a backend runs it", async () => {
  const source = await readFile(
    new URL("../../backend-memory/src/event-store.contract.test.ts", import.meta.url),
    "utf8",
  );
  const region = source.split(/\/\/ #(?:end)?region readme\n/)[1]!;
  expect(await readFile(new URL("../README.md", import.meta.url), "utf8")).toContain(`${region}\`\`\``);
});

test("the README shows the very scenarios that are run here, and the difference that is told", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = await readFile(new URL("../README.md", import.meta.url), "utf8");
  expect(readme).toContain(region);
  const deposited = given(Account).when("deposit", 100);
  const diff = readme.split("```\nthen")[1]!.split("\n```")[0]!;
  expect(() => deposited.then([{ type: "MoneyDeposited", data: { amount: 10 } }])).toThrow(`then${diff}`);
});
