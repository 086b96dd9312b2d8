// What a scenario lets one say, and what does not compile. Compiled, never run.
import {
  defineAggregate,
  defineCommand,
  defineDecision,
  defineProjection,
  reject,
} from "@leftfold/event-sourcing";
import { z } from "zod";
import { given } from "./given.ts";
import { happened } from "./happened.ts";

const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount: z.number().positive() }),
    MoneyWithdrawn: z.object({ amount: z.number().positive(), note: z.string().default("") }),
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
    withdraw: (account, amount: number, note?: string) =>
      account.balance < amount
        ? reject("insufficient-funds", { balance: account.balance })
        : { type: "MoneyWithdrawn", data: { amount, ...(note !== undefined && { note }) } },
    close: (account) => {
      if (account.balance > 0) return reject("not-empty");
      if (!account.open) return reject("not-open");
      return [];
    },
  },
});

const deposited = Account.event("MoneyDeposited", { amount: 100 });
const opened = Account.event("AccountOpened", { owner: "Ann" });

given(Account, [opened])
  .when("deposit", 100)
  .then([{ type: "MoneyDeposited", data: { amount: 100 } }]);
given(Account, [opened])
  .when("withdraw", 1, "rent")
  .then([{ type: "MoneyWithdrawn", data: { amount: 1 }, tags: ["rent"] }]);
given(Account).when("withdraw", 100).thenRejects("insufficient-funds");
given(Account).when("withdraw", 100).thenRejects("insufficient-funds", { balance: 0 });
given(Account).when("close").thenRejects("not-open");
given(Account).when("close").thenRejects("not-empty");
given(Account).thenState({ open: false, owner: "", balance: 0 });

// @ts-expect-error A misspelt event.
given(Account, [{ type: "AccountOpend", data: { owner: "Ann" } }]);
// @ts-expect-error Another event's data.
given(Account, [{ type: "AccountOpened", data: { amount: 1 } }]);
// @ts-expect-error A misspelt command.
given(Account).when("deposi", 100);
// @ts-expect-error A wrong argument.
given(Account).when("deposit", "100");
// @ts-expect-error An argument is missing.
given(Account).when("deposit");
// @ts-expect-error An argument too many.
given(Account).when("deposit", 1, 2);
// @ts-expect-error A misspelt reason.
given(Account).when("withdraw", 100).thenRejects("insuficient-funds");
// @ts-expect-error Another command's reason.
given(Account).when("withdraw", 100).thenRejects("not-open");
// @ts-expect-error A command that never decides against itself.
given(Account).when("deposit", 100).thenRejects("insufficient-funds");
const depositing = given(Account).when("deposit", 100);
depositing.then([deposited]);
// @ts-expect-error Misspelt data in what is expected.
depositing.then([{ type: "MoneyDeposited", data: { amunt: 100 } }]);
// @ts-expect-error A misspelt event in what is expected.
depositing.then([{ type: "MoneyDeposted", data: { amount: 100 } }]);
// @ts-expect-error No such state.
given(Account).thenState({ open: false, balance: 0 });

happened(Account.ref("ann"), [opened]);
// @ts-expect-error A misspelt event.
happened(Account.ref("ann"), [{ type: "AccountOpend", data: { owner: "Ann" } }]);
// @ts-expect-error Wrong data.
happened(Account.ref("ann"), [{ type: "AccountOpened", data: { owner: 1 } }]);

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
const transferring = given(transfer, happened(Account.ref("ann"), [deposited]));
transferring
  .when({ from: "ann", to: "bob", amount: 1 })
  .then(happened(Account.ref("bob"), [{ type: "MoneyDeposited", data: { amount: 1 } }]));
transferring.when({ from: "ann", to: "bob", amount: 1 }).thenRejects("insufficient-funds");
// @ts-expect-error A wrong input.
transferring.when({ from: "ann", to: "bob", amount: "1" });
// @ts-expect-error Something is missing in the input.
transferring.when({ from: "ann", amount: 1 });

const firstDeposit = defineDecision({
  name: "FirstDeposit",
  of: [Account],
  boundary: (id: string) => ({ aggregateIdPrefix: id }),
  initial: { count: 0 },
  evolve: { MoneyDeposited: ({ count }) => ({ count: count + 1 }) },
  aggregates: (id) => ({ account: Account.ref(id) }),
  decide: ({ count }, { account }) =>
    count > 0 ? reject("not-first") : account.emit("MoneyDeposited", { amount: 1 }),
});
given(firstDeposit, happened(Account.ref("ann"), [opened]))
  .when("ann")
  .thenRejects("not-first");
// @ts-expect-error A wrong input.
given(firstDeposit).when(1);

const balances = defineProjection({
  name: "balances",
  version: 1,
  of: [Account],
  key: ({ aggregateId }) => aggregateId,
  initial: { balance: 0 },
  on: { MoneyDeposited: (row, { amount }) => ({ balance: row.balance + amount }) },
});
const folded = given(balances, { ann: { balance: 1 } }).when(happened(Account.ref("ann"), [deposited]));
folded.then({ ann: { balance: 101 } });
// @ts-expect-error No such document.
folded.then({ ann: { balanc: 101 } });
// @ts-expect-error No such document is there.
given(balances, { ann: { balance: "1" } });

// A mistake in a definition is told there, and not in its scenarios as well.
const Mistaken = defineAggregate({
  type: "Mistaken",
  events: { Counted: z.object({ by: z.number() }) },
  initial: { count: 0 },
  evolve: { Counted: (counter, { by }) => ({ count: counter.count + by }) },
  commands: {
    // @ts-expect-error A misspelt event.
    count: (_, by: number) => ({ type: "Countd", data: { by } }),
    clear: ({ count }) => (count === 0 ? reject("zero") : { type: "Counted", data: { by: -count } }),
  },
});
given(Mistaken)
  .when("count", 1)
  .then([{ type: "Counted", data: { by: 1 } }]);
given(Mistaken).when("clear").thenRejects("zero");
