import type { EventStore } from "@leftfold/core";
import { CommandRejectedError } from "@leftfold/event-sourcing";
import { openBank } from "./application.ts";
import type { Transfer } from "./domain.ts";

/** What many clients at once came to. */
export interface RushReport {
  /** How many attempts each recorded transfer took. */
  readonly attempts: readonly number[];
  /** How often each reason was given for a rejection. */
  readonly rejections: ReadonlyMap<string, number>;
  /** How often, in all, somebody else was faster, so that a transfer was decided anew. */
  readonly retries: number;
}

/** Lets all clients send money among a few accounts at once, each one transfer after another. */
export async function rush(
  clients: readonly EventStore[],
  ordersOf: (client: number) => readonly Transfer[],
): Promise<RushReport> {
  const attempts: number[] = [];
  const rejections: Map<string, number> = new Map();
  let retries = 0;
  const options = { hooks: { onRetry: () => void retries++ } };

  const send = async (client: EventStore, index: number) => {
    const bank = openBank(client, options);
    for (const order of ordersOf(index)) {
      try {
        const result = await bank.transfer(order);
        attempts.push(result.attempts);
      } catch (error) {
        if (!(error instanceof CommandRejectedError)) throw error;
        rejections.set(error.rejection, (rejections.get(error.rejection) ?? 0) + 1);
      }
    }
  };
  await Promise.all(clients.map(send));
  return { attempts, rejections, retries };
}

/** Ten transfers between any two of the accounts; the same ones for the same client in every run. */
export function ordersAmong(accountIds: readonly string[], client: number, day: string): readonly Transfer[] {
  return Array.from({ length: 10 }, (_, i) => {
    const from = (client + i * 3) % accountIds.length;
    const to = (from + 1 + ((client * 5 + i) % (accountIds.length - 1))) % accountIds.length;
    return { from: accountIds[from]!, to: accountIds[to]!, amount: 1 + ((client * 7 + i * 11) % 100), day };
  });
}
