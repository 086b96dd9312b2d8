import type { EventStore } from "@leftfold/core";
import { type CommandOptions, repository } from "@leftfold/event-sourcing";
import { Account } from "./domain.ts";

/** The bank over any store: within this process, on PostgreSQL, or a client of a server. */
// #region application
export function openBank(store: EventStore, options?: CommandOptions) {
  const accounts = repository(store, Account, options);
  return {
    accounts,
    /** What happened to an account, and the balance after each of it: the left fold, made by hand. */
    async *statement(accountId: string) {
      let state = Account.initial;
      for await (const { recorded, ...event } of accounts.history(accountId)) {
        state = Account.apply(state, event);
        yield { nonce: recorded.aggregateNonce, event, balance: state.balance };
      }
    },
  };
}
// #endregion application
