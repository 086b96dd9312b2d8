// What the compiler infers of commands, and what it refuses, on which line. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineAggregate } from "../aggregate/define-aggregate.ts";
import type { EventsOf } from "../aggregate/event-reader.ts";
import { reject } from "../aggregate/outcome.ts";
import type { HandleOf } from "../aggregate/type-of.ts";
import type { AppendedAt } from "./aggregate-events.ts";
import { defineCommand } from "./define-command.ts";
import { execute } from "./execute.ts";
import { type RepositoryOf, repository } from "./repository.ts";

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
await accounts.execute("ann", (account, nonce) => {
  if (nonce === 0n) return reject("no-such-account");
  // @ts-expect-error A misspelt event in a body of statements, by the definition's own name for it.
  if (account.open) return Account.event("AccountOpend", { owner: "Ann" });
  return Account.event("AccountOpened", { owner: "Ann" });
});
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

// What was recorded comes back, as one list of one type.
const { aggregates } = await execute(store, transfer, { from: "ann", to: "bob", amount: 30 });
for (const aggregate of aggregates) {
  expectTypeOf(aggregate.aggregateType).toEqualTypeOf<"Account" | "Limits">();
}
for (const event of aggregates.flatMap(({ events }) => events)) {
  expectTypeOf(event.aggregateNonce).toEqualTypeOf<bigint>();
  expectTypeOf(event.globalNonce).toEqualTypeOf<bigint>();
  if (event.type === "MoneyDeposited") expectTypeOf(event.data).toEqualTypeOf<{ amount: number }>();
  if (event.type === "LimitSet") expectTypeOf(event.data).toEqualTypeOf<{ perDay: number }>();
  // @ts-expect-error No event of these aggregates.
  if (event.type === "MoneyLost") break;
}
const opening = await accounts.at("ann").open("Ann");
expectTypeOf(opening.aggregates[0]!.events[0]!).toEqualTypeOf<EventsOf<typeof Account> & AppendedAt>();
// @ts-expect-error A misspelt aggregate type.
aggregates.filter(({ aggregateType }) => aggregateType === "Acount");
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
  name: "Wrong",
  aggregates: (input: { from: string; limits: string }) => ({
    from: Account.ref(input.from),
    limits: Limits.ref(input.limits),
  }),
  handle: ({ from, limits }, { limits: owner }) => {
    // @ts-expect-error A misspelt event, returned early.
    if (!from.state.open) return from.emit("AccountOpend", { owner });
    const set = [limits.emit("LimitSet", { perDay: 1 })];
    // @ts-expect-error Another aggregate's event, in a list that grows.
    set.push(limits.emit("MoneyDeposited", { amount: 1 }));
    return limits.state.perDay > from.state.balance
      ? // @ts-expect-error A misspelt event behind a condition.
        limits.emit("LimitRaised", { perDay: 1 })
      : set;
  },
});

defineCommand({
  name: "Undeclared",
  aggregates: (input: { from: string }) => ({ from: Account.ref(input.from) }),
  // @ts-expect-error An aggregate that is not declared.
  handle: ({ to }) => to.emit("MoneyDeposited", { amount: 1 }),
});

// What is discovered may be nothing, for a reason. It changes no type.
const lower = defineCommand({
  name: "LowerLimit",
  aggregates: (input: { account: string }) => ({ account: Account.ref(input.account) }),
  discover: ({ account }) => {
    if (!account.open) return reject("no-such-account");
    return account.owner === "" ? reject("no-owner", 1) : { limits: Limits.ref(account.owner) };
  },
  handle: ({ account, limits }) => {
    expectTypeOf(limits).toEqualTypeOf<HandleOf<typeof Limits>>();
    expectTypeOf(account).toEqualTypeOf<HandleOf<typeof Account>>();
    return limits.emit("LimitSet", { perDay: limits.state.perDay - 1 });
  },
});
await execute(store, lower, { account: "ann" });
defineCommand({
  name: "Wrong",
  aggregates: (account: string) => ({ account: Account.ref(account) }),
  // @ts-expect-error That is neither an aggregate nor a rejection.
  discover: ({ account }) => ({ limits: account.owner }),
  handle: () => undefined,
});

// A repository as a parameter.
async function ownerOf(accounts: RepositoryOf<typeof Account>, account: string): Promise<string> {
  const { state } = await accounts.load(account);
  return state.owner;
}
await ownerOf(accounts, "ann");
// @ts-expect-error Another aggregate's repository.
await ownerOf(repository(store, Limits), "ann");

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
