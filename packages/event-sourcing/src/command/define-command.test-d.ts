// What the compiler infers of commands, and what it refuses, on which line. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import { reject } from "../aggregate/outcome.ts";
import { defineCommand } from "./define-command.ts";
import { execute } from "./execute.ts";
import { repository } from "./repository.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive() }),
  },
  initial: { open: false, owner: "", balance: 0 },
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, open: true, owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
  },
  commands: {
    open: (account, owner: string) =>
      account.open ? reject("already-open") : { type: "AccountOpened", data: { owner } },
    deposit: (_, amount: number) => ({ type: "MoneyDeposited", data: { amount } }),
    depositAll: (_, ...amounts: readonly number[]) =>
      amounts.map((amount) => ({ type: "MoneyDeposited", data: { amount } })),
    close: () => reject("not-yet"),
  },
});

const Limits = defineAggregate({
  type: "Limits",
  events: { LimitSet: z.object({ perDay: z.number() }) },
  initial: { perDay: 100 },
  evolve: { LimitSet: (_, { perDay }) => ({ perDay }) },
  commands: {},
});

declare const store: EventStore;

const accounts = repository(store, Account);
expectTypeOf(accounts.at("ann").deposit).parameters.toEqualTypeOf<[amount: number]>();
expectTypeOf((await accounts.load("ann")).state.balance).toEqualTypeOf<number>();
expectTypeOf((await accounts.at("ann").close()).nonce).toEqualTypeOf<bigint>();

await accounts.at("ann").depositAll(1, 2);
// @ts-expect-error A wrong argument among many.
await accounts.at("ann").depositAll(1, "2");
// @ts-expect-error A wrong argument.
await accounts.at("ann").deposit("100");
// @ts-expect-error A missing argument.
await accounts.at("ann").deposit();
// @ts-expect-error No such command.
await accounts.at("ann").nope();
await accounts.execute("ann", (account) =>
  // @ts-expect-error A misspelt event.
  account.open ? [] : { type: "AccountOpend", data: { owner: "Ann" } },
);
for await (const event of accounts.history("ann")) {
  if (event.type === "MoneyDeposited") expectTypeOf(event.data).toEqualTypeOf<{ amount: number }>();
  // @ts-expect-error No such event.
  if (event.type === "MoneyLost") break;
}

const transfer = defineCommand({
  name: "TransferMoney",
  aggregates: (input: { from: string; to: string; amount: number }) => ({
    from: Account.ref(input.from),
    to: Account.ref(input.to),
  }),
  discover: (states, input) => {
    expectTypeOf(states.from.owner).toEqualTypeOf<string>();
    expectTypeOf(input.amount).toEqualTypeOf<number>();
    return { limits: Limits.ref(states.from.owner) };
  },
  handle: ({ from, to, limits }, { amount }) => {
    expectTypeOf(limits.state.perDay).toEqualTypeOf<number>();
    expectTypeOf(from.nonce).toEqualTypeOf<bigint>();
    if (from.state.balance < amount) return reject("insufficient-funds");
    return [from.emit("MoneyWithdrawn", { amount }), to.emit("MoneyDeposited", { amount })];
  },
});

await execute(store, transfer, { from: "ann", to: "bob", amount: 30 });
// @ts-expect-error A wrong input.
await execute(store, transfer, { from: "ann", to: "bob", amount: "30" });
// @ts-expect-error A part of the input is missing.
await execute(store, transfer, { from: "ann", amount: 30 });

defineCommand({
  name: "Wrong",
  aggregates: (input: { from: string; limits: string }) => ({
    from: Account.ref(input.from),
    limits: Limits.ref(input.limits),
  }),
  handle: ({ from, limits }) => [
    // @ts-expect-error A misspelt event.
    from.emit("MoneyWithdrawm", { amount: 1 }),
    // @ts-expect-error Another aggregate's event.
    limits.emit("MoneyDeposited", { amount: 1 }),
    // @ts-expect-error Wrong data.
    from.emit("MoneyDeposited", { amount: "1" }),
  ],
});

defineCommand({
  name: "Undeclared",
  aggregates: (input: { from: string }) => ({ from: Account.ref(input.from) }),
  // @ts-expect-error An aggregate that is not declared.
  handle: ({ to }) => to.emit("MoneyDeposited", { amount: 1 }),
});

// Lists of aggregates, one event alone, and nothing at all.
const collect = defineCommand({
  name: "CollectMoney",
  aggregates: (input: { from: readonly string[]; to: string }) => ({
    from: input.from.map((id) => Account.ref(id)),
    to: Account.ref(input.to),
  }),
  handle: ({ from, to }) => {
    const amount = from.reduce((sum, account) => sum + account.state.balance, 0);
    return amount === 0 ? undefined : to.emit("MoneyDeposited", { amount });
  },
});
await execute(store, collect, { from: ["ann", "bob"], to: "cleo" });
