import { readFile } from "node:fs/promises";
import { expect, test } from "vitest";
import type { AppendRequest } from "./append.ts";
import { ConcurrencyConflictError } from "./errors.ts";
import type { EventStore } from "./event-store.ts";
import { any, exact } from "./expected-nonce.ts";

// #region readme
async function deposit(store: EventStore, accountId: string, at: bigint, cents: number): Promise<bigint> {
  const payload = new TextEncoder().encode(JSON.stringify({ cents }));
  const events = [{ eventType: "MoneyDeposited", contentType: "application/json", payload }];
  const account = { aggregateType: "Account", aggregateId: accountId };
  try {
    const { lastGlobalNonce } = await store.append({
      appends: [{ ...account, expected: exact(at), events }],
    });
    return lastGlobalNonce;
  } catch (error) {
    if (!(error instanceof ConcurrencyConflictError)) throw error;
    // A deposit does not depend on what others did meanwhile; most commands would reload and decide again.
    const { lastGlobalNonce } = await store.append({ appends: [{ ...account, expected: any, events }] });
    return lastGlobalNonce;
  }
}
// #endregion readme

/** A store in which the account is at 3, and the log at 8. */
const store = {
  append: async ({ appends }: AppendRequest) => {
    const { aggregateType, aggregateId, expected } = appends[0]!;
    if (expected.kind === "exact" && expected.nonce !== 3n) {
      const violation = { kind: "expectation", aggregateType, aggregateId, expected, actual: 3n } as const;
      throw new ConcurrencyConflictError([violation]);
    }
    const aggregates = [{ aggregateType, aggregateId, aggregateNonce: 4n }];
    return { firstGlobalNonce: 9n, lastGlobalNonce: 9n, aggregates, replayed: false };
  },
} as Partial<EventStore> as EventStore;

test("the README's example does what it says, with and without a conflict", async () => {
  expect(await deposit(store, "a1", 3n, 500)).toBe(9n);
  expect(await deposit(store, "a1", 2n, 500)).toBe(9n);
});

test("the README shows the very example that is run here", async () => {
  const source = await readFile(new URL(import.meta.url), "utf8");
  const region = source.split(/\/\/ #(?:end)?region readme\n/)[1]!;
  expect(await readFile(new URL("../README.md", import.meta.url), "utf8")).toContain(region);
});
