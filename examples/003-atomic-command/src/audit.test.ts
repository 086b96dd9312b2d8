import { memoryBackend } from "@leftfold/backend-memory";
import { faultyBackend, ignoresExpectations, recordsHalfAnAppend } from "@leftfold/testing";
import { expect, test } from "vitest";
import { openBank } from "./application.ts";
import { audit } from "./audit.ts";
import { ordersAmong, rush } from "./rush.ts";

// An audit that finds nothing is worth something only if it finds what is wrong.

test.each([
  ["records half a transfer", recordsHalfAnAppend],
  ["lets a transfer be decided on what is no longer so", ignoresExpectations],
])("the audit finds a store that %s", async (_, fault) => {
  await using backend = faultyBackend(memoryBackend(), fault);
  const accountIds = ["ann", "ben", "cleo"];
  const { accounts, households } = openBank(backend.tenant("bank"));
  for (const account of accountIds) {
    await households.at(account).setLimit(100_000);
    await accounts.at(account).open(account);
    await accounts.at(account).deposit(200);
  }
  const clients = Array.from({ length: 32 }, () => backend.tenant("bank"));
  await rush(clients, (client) => ordersAmong(accountIds, client, "2026-11-21"));
  const { wrongAfter } = await audit(backend.tenant("bank"));
  expect(wrongAfter.length).toBeGreaterThan(0);
});
