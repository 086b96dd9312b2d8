// What the compiler infers of roots, and what it refuses, on which line. Compiled, never run.
import type { EventStore } from "@leftfold/core";
import { expectTypeOf } from "vitest";
import { rootRepository } from "../command/root-repository.ts";
import { AggregateRoot } from "./aggregate-root.ts";
import { defineAggregate } from "./define-aggregate.ts";
import { eventTypes } from "./event-schemas.ts";

const Account = defineAggregate({
  type: "Account",
  events: eventTypes<{ MoneyDeposited: { amount: number }; MoneyWithdrawn: { amount: number } }>(),
  initial: { balance: 0 },
  evolve: {
    MoneyDeposited: (account, { amount }) => ({ balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ balance: account.balance - amount }),
  },
  commands: {},
});

class BankAccount extends AggregateRoot.of(Account) {
  withdraw(amount: number): void {
    if (this.state.balance < amount) this.reject("insufficient-funds");
    this.emit("MoneyWithdrawn", { amount });
    // @ts-expect-error A misspelt event.
    this.emit("MoneyWithdrawm", { amount });
    // @ts-expect-error Wrong data.
    this.emit("MoneyWithdrawn", { amount: "1" });
  }
}

declare const store: EventStore;
const accounts = rootRepository(store, BankAccount);
await accounts.execute("ann", (account) => account.withdraw(30));
// @ts-expect-error A wrong argument.
await accounts.execute("ann", (account) => account.withdraw("30"));
const ann = await accounts.load("ann");
expectTypeOf(ann.state.balance).toEqualTypeOf<number>();
