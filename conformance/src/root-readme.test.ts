import { readFile } from "node:fs/promises";
import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import {
  defineAggregate,
  defineCommand,
  defineProjection,
  execute,
  readModels,
  reject,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";

test("the README's application does what it says", async () => {
  const store = memoryBackend().tenant("shop");
  const views = memoryReadModels();
  // #region readme
  const Account = defineAggregate({
    type: "Account",
    events: {
      MoneyDeposited: z.object({ amount: z.number().positive() }),
      MoneyWithdrawn: z.object({ amount: z.number().positive() }),
    },
    initial: { balance: 0 },
    evolve: {
      MoneyDeposited: (account, { amount }) => ({ balance: account.balance + amount }),
      MoneyWithdrawn: (account, { amount }) => ({ balance: account.balance - amount }),
    },
    commands: (event) => ({
      deposit: (_, amount: number) => event("MoneyDeposited", { amount }),
    }),
  });

  const transfer = defineCommand({
    name: "TransferMoney",
    aggregates: ({ from, to }: { from: string; to: string; amount: number }) => ({
      from: Account.ref(from),
      to: Account.ref(to),
    }),
    handle: ({ from, to }, { amount }) =>
      from.state.balance < amount
        ? reject("insufficient-funds")
        : [from.emit("MoneyWithdrawn", { amount }), to.emit("MoneyDeposited", { amount })],
  });

  const balances = defineProjection({
    name: "balances",
    version: 1,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: { balance: 0 },
    on: {
      MoneyDeposited: (row, { amount }) => ({ balance: row.balance + amount }),
      MoneyWithdrawn: (row, { amount }) => ({ balance: row.balance - amount }),
    },
  });

  await using runner = runProjection(store, views, balances);
  await repository(store, Account).at("ann").deposit(100);
  await execute(store, transfer, { from: "ann", to: "bob", amount: 30 }); // one atomic append
  await runner.waitFor(await store.head());

  const rich = await readModels(views)
    .of(balances)
    .find({ where: { balance: { gte: 50 } }, orderBy: { balance: "desc" } });
  // #endregion readme
  expect(rich.documents).toEqual([{ key: "ann", document: { balance: 70 } }]);
});

test("the README shows the very application that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  expect(await readFile(new URL("../../README.md", import.meta.url), "utf8")).toContain(region);
});
