// A mistake in a definition is told where it is, and nowhere else. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { z } from "zod";
import { defineCommand } from "../command/define-command.ts";
import { execute } from "../command/execute.ts";
import { repository } from "../command/repository.ts";
import type { ProcessActions } from "../process/process-actions.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { reject } from "./outcome.ts";

const parts = {
  type: "Account",
  events: { Deposited: z.object({ amount: z.number() }), Withdrawn: z.object({ amount: z.number() }) },
  initial: { balance: 0 },
};

const Misspelt = defineAggregate({
  ...parts,
  evolve: {
    Deposited: (account, { amount }) => ({ balance: account.balance + amount }),
    Withdrawn: (account, { amount }) => ({ balance: account.balance - amount }),
  },
  commands: {
    // @ts-expect-error A misspelt event.
    deposit: (_, amount: number) => ({ type: "Depositd", data: { amount } }),
    withdraw: (account, amount: number) =>
      account.balance < amount ? reject("insufficient-funds") : { type: "Withdrawn", data: { amount } },
  },
});

const Incomplete = defineAggregate({
  ...parts,
  // @ts-expect-error An event is left out.
  evolve: {
    Deposited: (account, { amount }) => ({ balance: account.balance + amount }),
  },
  commands: {
    deposit: (_, amount: number) => ({ type: "Deposited", data: { amount } }),
  },
});

const IncompleteMaker = defineAggregate({
  ...parts,
  // @ts-expect-error An event is left out.
  evolve: {
    Deposited: (account, { amount }) => ({ balance: account.balance + amount }),
  },
  commands: (event) => ({
    deposit: (_, amount: number) => event("Deposited", { amount }),
  }),
});

declare const store: EventStore;
declare const ask: ProcessActions;

// Commands are called as if nothing were wrong.
await repository(store, Misspelt).at("ann").deposit(1);
await repository(store, Misspelt).at("ann").withdraw(1);
await repository(store, Incomplete).at("ann").deposit(1);
await repository(store, IncompleteMaker).at("ann").deposit(1);
ask.at(Misspelt, "ann").withdraw(1);

// What does not depend on commands is known, and checked.
const { state } = await repository(store, Incomplete).load("ann");
expectTypeOf(state.balance).toEqualTypeOf<number>();
const moveAll = defineCommand({
  name: "MoveAll",
  aggregates: (input: { from: string; to: string }) => ({
    from: Misspelt.ref(input.from),
    to: Incomplete.ref(input.to),
  }),
  handle: ({ from, to }) => [
    from.emit("Withdrawn", { amount: from.state.balance }),
    to.emit("Deposited", { amount: from.state.balance }),
    // @ts-expect-error A misspelt event.
    to.emit("Depositd", { amount: 1 }),
  ],
});
await execute(store, moveAll, { from: "ann", to: "bob" });
