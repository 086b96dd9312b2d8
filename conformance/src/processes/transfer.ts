import { defineAggregate, defineProcess, reject } from "@leftfold/event-sourcing";
import { z } from "zod";
import { Account } from "../projections/account.ts";

/** What somebody asks for. */
export const Transfer = defineAggregate({
  type: "Transfer",
  events: {
    TransferRequested: z.object({ from: z.string(), to: z.string(), amount: z.number() }),
    TransferCompleted: z.object({}),
    TransferFailed: z.object({ reason: z.string() }),
  },
  initial: { status: "none" },
  evolve: {
    TransferRequested: () => ({ status: "requested" }),
    TransferCompleted: () => ({ status: "completed" }),
    TransferFailed: () => ({ status: "failed" }),
  },
  commands: {
    request: (_, data: { from: string; to: string; amount: number }) => ({ type: "TransferRequested", data }),
    complete: ({ status }) =>
      status === "requested" ? { type: "TransferCompleted", data: {} } : reject("not-open", { status }),
    fail: ({ status }, reason: string) =>
      status === "requested" ? { type: "TransferFailed", data: { reason } } : reject("not-open", { status }),
  },
});

/** Carries out transfers: every command of it counts, so that one that ran twice would show. */
export const transfers = defineProcess({
  name: "transfers",
  version: 1,
  of: [Transfer],
  key: (event) => event.aggregateId,
  initial: { todo: "nothing" },
  on: {
    TransferRequested: (_, { from, to, amount }, ask, event) => {
      ask.at(Account, from).withdraw(amount);
      ask.at(Account, to).deposit(amount);
      ask.at(Transfer, event.aggregateId).complete();
      return { todo: "complete" };
    },
    TransferCompleted: () => null,
  },
});
