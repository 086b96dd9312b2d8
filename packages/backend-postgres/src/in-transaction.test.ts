import type { Sql, TransactionSql } from "postgres";
import { expect, it } from "vitest";
import { inTransaction } from "./in-transaction.ts";

/** A driver that begins, and never hears that its connection has ended. */
const deaf = {
  begin: async (_: string, work: (tx: TransactionSql) => Promise<unknown>) =>
    await work({} as TransactionSql),
} as Sql;

it("fails with what the work failed with when its connection is gone, though the driver does not hear of it", async () => {
  const lost = Object.assign(new Error("gone"), { code: "CONNECTION_DESTROYED" });
  await expect(inTransaction(deaf, () => Promise.reject(lost))).rejects.toBe(lost);
});

it("lets the driver roll back what failed by itself, and gives what did not", async () => {
  const refused = new Error("refused");
  await expect(inTransaction(deaf, () => Promise.reject(refused))).rejects.toBe(refused);
  expect(await inTransaction(deaf, async () => 7)).toBe(7);
});
