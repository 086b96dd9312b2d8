import { readFile } from "node:fs/promises";
import { memoryBackend } from "@leftfold/backend-memory";
import { defineAggregate, defineCommand, execute, reject, repository } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { z } from "zod";

test("the README's example does what it says", async () => {
  const store = memoryBackend().tenant("acme");
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
      withdraw: (account, amount: number) =>
        account.balance < amount
          ? reject("insufficient-funds", { balance: account.balance })
          : event("MoneyWithdrawn", { amount }),
    }),
  });

  const accounts = repository(store, Account);
  await accounts.at("ann").deposit(100); // load, decide, append; again after a conflict

  const transfer = defineCommand({
    name: "TransferMoney",
    aggregates: (input: { from: string; to: string; amount: number }) => ({
      from: Account.ref(input.from),
      to: Account.ref(input.to),
    }),
    handle: ({ from, to }, { amount }) => {
      if (from.state.balance < amount) return reject("insufficient-funds");
      return [from.emit("MoneyWithdrawn", { amount }), to.emit("MoneyDeposited", { amount })];
    },
  });
  await execute(store, transfer, { from: "ann", to: "bob", amount: 30 }); // one atomic append

  const { state, nonce } = await accounts.load("ann"); // { balance: 70 } at 2
  // #endregion readme
  expect({ state, nonce }).toEqual({ state: { balance: 70 }, nonce: 2n });
  expect((await accounts.load("bob")).state).toEqual({ balance: 30 });
});

test("the README shows the very example that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/ *\/\/ #(?:end)?region readme\n/)[1]!.replaceAll(/^ {2}/gm, "");
  const readme = new URL("../../../packages/event-sourcing/README.md", import.meta.url);
  expect(await readFile(readme, "utf8")).toContain(region);
});
