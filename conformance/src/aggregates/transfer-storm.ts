import type { EventStore, RecordedEvent } from "@leftfold/core";
import { CommandRejectedError, eventReader, execute, repository } from "@leftfold/event-sourcing";
import { Account, transfer } from "./bank.ts";

/** What many clients at once made of a bank. */
export interface TransferReport {
  readonly transfers: number;
  readonly retries: number;
  readonly rejections: number;
  /** Global nonces at which the log so far has lost or made money, or an account owes some. */
  readonly brokenPrefixes: readonly bigint[];
  /** What all accounts have together in the end. */
  readonly total: number;
}

const accountIds = Array.from({ length: 8 }, (_, i) => `account-${i}`);
const initialBalance = 100;
const transfersPerClient = 10;

export const initialTotal: number = accountIds.length * initialBalance;

/** Opens accounts, and lets each client transfer money among them, all at once. */
export async function transferStorm(clients: readonly EventStore[]): Promise<TransferReport> {
  const store = clients[0]!;
  const accounts = repository(store, Account);
  for (const account of accountIds) await accounts.at(account).deposit(initialBalance);
  let retries = 0;
  let rejections = 0;
  const options = { retry: { attemptsMax: 100 }, hooks: { onRetry: () => void retries++ } };
  const run = async (client: EventStore, seed: number): Promise<void> => {
    for (let i = 0; i < transfersPerClient; i++) {
      const from = accountIds[(seed + i * 3) % accountIds.length]!;
      const to = accountIds[(seed * 5 + i + 1) % accountIds.length]!;
      const input = { from, to, amount: 1 + ((seed * 7 + i * 11) % 60) };
      await execute(client, transfer, input, options).catch((error: unknown) => {
        if (!(error instanceof CommandRejectedError)) throw error;
        rejections++;
      });
    }
  };
  await Promise.all(clients.map(run));
  const states = await Promise.all(accountIds.map((account) => accounts.load(account)));
  const total = states.reduce((sum, { state }) => sum + state.balance, 0);
  const transfers = clients.length * transfersPerClient;
  return { transfers, retries, rejections, total, brokenPrefixes: await brokenPrefixes(store) };
}

/**
 * Walks over the log. A transfer's two events lie side by side and belong to one operation, so the money is
 * all there after each event but a transfer's first, and no account is ever below zero.
 */
async function brokenPrefixes(store: EventStore): Promise<readonly bigint[]> {
  const broken: bigint[] = [];
  const balances = new Map<string, number>();
  let total = 0;
  let opened: RecordedEvent | undefined;
  for await (const event of eventReader([Account]).read(store)) {
    const { globalNonce, aggregateId, correlationId } = event.recorded;
    if (event.type === "AccountOpened") continue;
    const amount = event.type === "MoneyWithdrawn" ? -event.data.amount : event.data.amount;
    const balance = (balances.get(aggregateId) ?? 0) + amount;
    balances.set(aggregateId, balance);
    total += amount;
    const isInitial = globalNonce <= BigInt(accountIds.length);
    const isSecond = opened !== undefined && opened.correlationId === correlationId;
    // The one before was a transfer's first event, and is not followed by the second.
    if (opened !== undefined && !isSecond) broken.push(opened.globalNonce);
    opened = isInitial || isSecond ? undefined : event.recorded;
    const expected = isInitial ? Number(globalNonce) * initialBalance : initialTotal;
    if (balance < 0 || (opened === undefined && total !== expected)) broken.push(globalNonce);
  }
  return opened === undefined ? broken : [...broken, opened.globalNonce];
}
