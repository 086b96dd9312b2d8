import type { EventStore } from "@leftfold/core";
import { type CommandOptions, execute, repository } from "@leftfold/event-sourcing";
import { Account, Household, type Transfer, transfer } from "./domain.ts";

/** The bank over any store. Whoever calls it says which day it is: the domain has no clock. */
// #region application
export function openBank(store: EventStore, options?: CommandOptions) {
  return {
    accounts: repository(store, Account, options),
    households: repository(store, Household, options),
    transfer: (order: Transfer) => execute(store, transfer, order, options),
  };
}
// #endregion application
