import { memoryBackend } from "@leftfold/backend-memory";
import { AggregateRoot, InvalidEventDataError, repository, rootRepository } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { Account } from "./bank.ts";
import { watched } from "./watched-store.ts";

class BankAccount extends AggregateRoot.of(Account) {
  deposit(amount: number): void {
    this.emit("MoneyDeposited", { amount });
  }

  withdraw(amount: number): void {
    if (this.state.balance < amount) this.reject("insufficient-funds", { balance: this.state.balance });
    this.emit("MoneyWithdrawn", { amount });
  }
}

test("methods emit, see what they emitted, and what they emit is written at once", async () => {
  const store = memoryBackend().tenant("bank");
  const accounts = rootRepository(store, BankAccount);
  const result = await accounts.execute("ann", (ann) => {
    ann.deposit(100);
    ann.withdraw(100);
    ann.deposit(5);
    expect([ann.aggregateId, ann.nonce, ann.state.balance, ann.emitted.length]).toEqual(["ann", 3n, 5, 3]);
  });
  expect(result).toMatchObject({ nonce: 3n, state: { balance: 5 }, lastGlobalNonce: 3n });
  const ann = await accounts.load("ann");
  expect(ann).toBeInstanceOf(BankAccount);
  expect(ann.state).toEqual((await repository(store, Account).load("ann")).state);
});

test("a method that rejects takes back what it emitted; one that fails, too", async () => {
  const store = memoryBackend().tenant("bank");
  const accounts = rootRepository(store, BankAccount);
  const rejected = accounts.execute("ann", (ann) => [ann.deposit(1), ann.withdraw(2)], { name: "Spend" });
  await expect(rejected).rejects.toMatchObject({
    command: "Spend",
    rejection: "insufficient-funds",
    detail: { balance: 1 },
  });
  await expect(accounts.execute("ann", (ann) => ann.deposit(-1))).rejects.toBeInstanceOf(
    InvalidEventDataError,
  );
  expect(await store.head()).toBe(0n);
});

test("a method runs again on a fresh root after a conflict", async () => {
  const store = memoryBackend().tenant("bank");
  const between = watched(store);
  between.beforeNextAppend(() => repository(store, Account).at("ann").deposit(1));
  const roots = new Set<BankAccount>();
  const result = await rootRepository(between, BankAccount).execute("ann", (ann) => {
    roots.add(ann);
    ann.deposit(10);
  });
  expect(result).toMatchObject({ attempts: 2, state: { balance: 11 }, nonce: 2n });
  expect(roots.size).toBe(2);
});
