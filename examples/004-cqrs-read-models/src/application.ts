import type { EventStore, ReadModelStore } from "@leftfold/core";
import {
  type CommandOptions,
  execute,
  readModels,
  repository,
  runProjection,
} from "@leftfold/event-sourcing";
import { Account, type Transfer, transfer } from "./domain.ts";
import { accountOverview, movements } from "./read-models.ts";

// #region application
/** The bank, in two halves that share nothing but the log of events. */
export function openBank(store: EventStore, documents: ReadModelStore) {
  const accounts = repository(store, Account);
  const views = readModels(documents);
  return {
    commands: {
      open: (id: string, owner: string, options?: CommandOptions) => accounts.at(id, options).open(owner),
      deposit: (id: string, amount: number, options?: CommandOptions) =>
        accounts.at(id, options).deposit(amount),
      transfer: (order: Transfer, options?: CommandOptions) => execute(store, transfer, order, options),
      /** How far the log is. */
      head: () => store.head(),
    },
    queries: {
      accounts: views.of(accountOverview),
      movements: views.of(movements),
    },
  };
}

/** Keeps the read models up to date, from the log: here, or in any number of other processes. */
export async function runProjections(store: EventStore, documents: ReadModelStore): Promise<AsyncDisposable> {
  await using starting = new AsyncDisposableStack();
  for (const projection of [accountOverview, movements])
    await starting.use(runProjection(store, documents, projection)).caughtUp();
  return starting.move();
}
// #endregion application
