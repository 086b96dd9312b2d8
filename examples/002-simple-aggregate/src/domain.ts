import { defineAggregate, reject } from "@leftfold/event-sourcing";
import { z } from "zod";

// The domain: what can happen to an account, and who may make it happen. Pure: no store, no clock, no waiting.

export interface AccountState {
  readonly status: "unknown" | "open" | "closed";
  readonly owner: string;
  readonly balance: number;
}

const amount = z.int().positive();

// #region domain
export const Account = defineAggregate({
  type: "Account",
  events: {
    AccountOpened: z.object({ owner: z.string() }),
    MoneyDeposited: z.object({ amount }),
    MoneyWithdrawn: z.object({ amount }),
    AccountClosed: z.object({}),
  },
  initial: (): AccountState => ({ status: "unknown", owner: "", balance: 0 }),
  // What each event does to the state. It has happened: nothing is judged here.
  evolve: {
    AccountOpened: (account, { owner }) => ({ ...account, status: "open", owner }),
    MoneyDeposited: (account, { amount }) => ({ ...account, balance: account.balance + amount }),
    MoneyWithdrawn: (account, { amount }) => ({ ...account, balance: account.balance - amount }),
    AccountClosed: (account) => ({ ...account, status: "closed" }),
  },
  // State and arguments in; one event, several, none, or a rejection out.
  commands: (event) => ({
    open: ({ status }, owner: string) =>
      status === "unknown" ? event("AccountOpened", { owner }) : reject("already-opened", { status }),

    deposit: ({ status }, amount: number) =>
      status === "open" ? event("MoneyDeposited", { amount }) : reject("not-open", { status }),

    withdraw: ({ status, balance }, amount: number) => {
      if (status !== "open") return reject("not-open", { status });
      if (balance < amount) return reject("insufficient-funds", { balance });
      return event("MoneyWithdrawn", { amount });
    },

    close: ({ status, balance }) => {
      if (status === "unknown") return reject("not-open", { status });
      if (status === "closed") return [];
      const closed = event("AccountClosed", {});
      return balance === 0 ? closed : [event("MoneyWithdrawn", { amount: balance }), closed];
    },
  }),
});
// #endregion domain
