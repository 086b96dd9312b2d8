import { readFile } from "node:fs/promises";
import { memoryBackend, memoryLeases, memoryReadModels } from "@leftfold/backend-memory";
import {
  defineAggregate,
  defineProjection,
  parkedEvents,
  readModels,
  replayParked,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";

const Account = defineAggregate({
  type: "Account",
  events: {
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive() }),
  },
  initial: {},
  evolve: { MoneyDeposited: (account) => account, MoneyWithdrawn: (account) => account },
  commands: { deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }) },
});

test("the README's projection does what it says", async () => {
  const store = memoryBackend().tenant("acme");
  const readModelStore = memoryReadModels();
  const accounts = repository(store, Account);
  // #region readme
  const balances = defineProjection({
    name: "balances",
    version: 1,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: { balance: 0 },
    on: {
      MoneyDeposited: (row, { amount }) => ({ ...row, balance: row.balance + amount }),
      MoneyWithdrawn: (row, { amount }) => ({ ...row, balance: row.balance - amount }),
    },
    indexes: ["balance"],
  });

  await using runner = runProjection(store, readModelStore, balances);

  await accounts.at("ann").deposit(2_000);
  const view = readModels(readModelStore).of(balances);
  await view.waitFor(await store.head()); // read your writes
  const rich = await view.find({
    where: { balance: { gte: 1000 } },
    orderBy: { balance: "desc" },
    limit: 20,
  });
  // #endregion readme
  expect(rich.documents).toEqual([{ key: "ann", document: { balance: 2_000 } }]);
  expect(runner.status().error).toBeUndefined();
});

test("the README's runner shares its work, parks and replays", async () => {
  const store = memoryBackend().tenant("acme");
  const readModelStore = memoryReadModels();
  const leases = memoryLeases();
  let isBroken = true;
  const balances = defineProjection({
    name: "balances",
    version: 1,
    of: [Account],
    key: (event) => event.aggregateId,
    initial: { balance: 0 },
    on: {
      MoneyDeposited: (row, { amount }) => {
        if (isBroken) throw new Error("a bug");
        return { balance: row.balance + amount };
      },
    },
  });
  await repository(store, Account).at("ann").deposit(1);
  const lines: unknown[][] = [];
  const console = { log: (...line: unknown[]) => lines.push(line) };
  // #region readme-parking
  await using runner = runProjection(store, readModelStore, balances, {
    partitions: { count: 8, leases },
    onError: { policy: "park" },
  });
  await runner.caughtUp();
  for await (const { keys, error } of parkedEvents(readModelStore, balances)) console.log(keys, error);
  // #endregion readme-parking
  expect(lines).toEqual([[["ann"], "Error: a bug"]]);
  isBroken = false;
  // #region readme-replaying
  const { replayed, failed } = await replayParked(store, readModelStore, balances, "ann"); // once it is corrected
  // #endregion readme-replaying
  expect({ replayed, failed }).toEqual({ replayed: 1, failed: undefined });
});

test("the README shows the very code that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const readme = new URL("../../../packages/event-sourcing/README.md", import.meta.url);
  const text = await readFile(readme, "utf8");
  const region = (name: string) =>
    source.split(new RegExp(` *// #(?:end)?region ${name}\n`))[1]!.replaceAll(/^ {2}/gm, "");
  expect(text).toContain(`\`\`\`ts\n${region("readme")}\`\`\``);
  expect(text).toContain(`\`\`\`ts\n${region("readme-parking")}${region("readme-replaying")}\`\`\``);
});
