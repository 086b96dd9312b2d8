import { randomUUID } from "node:crypto";
import { expect, it } from "vitest";
import { type BatchCommit, commitBatch, commitStatement, emptyRows } from "./commit-batch.ts";
import type { KnownHead } from "./load-facts.ts";
import { readHead } from "./log-head.ts";
import { Workbench } from "./testing/workbench.ts";

function oneEvent(known: KnownHead, aggregateId: string): BatchCommit {
  const rows = emptyRows();
  rows.aggregateTypes.push("order");
  rows.aggregateIds.push(aggregateId);
  rows.aggregateNonces.push(1n);
  rows.eventIds.push(randomUUID());
  rows.eventTypes.push("OrderPlaced");
  rows.envelopeSizes.push(1);
  rows.payloadSizes.push(0);
  rows.contents = Buffer.alloc(1).toString("base64");
  const next = { nonce: known.nonce + 1n, stamp: randomUUID(), recordedAtMs: 0 };
  return { tenantId: "t", known, next, rows };
}

/** Two batches, the second on top of the first, where a foreign batch of the same length comes in place of the first. */
async function stackedOnFailed(workbench: Workbench): Promise<BatchCommit> {
  const { sql, schema } = workbench;
  const known = await readHead(sql, schema, "t");
  const first = oneEvent(known, "own");
  const stacked = oneEvent(first.next, "own-too");
  expect(await commitBatch(sql, schema, oneEvent(known, "foreign"))).toBe(true);
  expect(await commitBatch(sql, schema, first)).toBe(false);
  return stacked;
}

it("does not commit a batch on top of a foreign one that is as long as the one it was decided on", async () => {
  await using workbench = await Workbench.migrated();
  const stacked = await stackedOnFailed(workbench);
  expect(await commitBatch(workbench.sql, workbench.schema, stacked)).toBe(false);
  expect(await workbench.nonces("t")).toEqual([1]);
});

it("would commit it if the fence looked at the length alone, which is what the stamp is for", async () => {
  await using workbench = await Workbench.migrated();
  const stacked = await stackedOnFailed(workbench);
  const { text, parameters } = commitStatement(workbench.schema, stacked);
  const withoutStamp = text.replace("stamp = $3::uuid returning", "$3::uuid is not null returning");
  expect(withoutStamp).not.toBe(text);
  expect(await workbench.sql.unsafe(withoutStamp, parameters)).toHaveLength(1);
  expect(await workbench.nonces("t")).toEqual([1, 2]);
});

it("writes nothing when the fence fails, and all of it when one row is refused: nothing again", async () => {
  await using workbench = await Workbench.migrated();
  const { sql, schema } = workbench;
  const known = await readHead(sql, schema, "t");
  const commit = oneEvent(known, "a");
  commit.rows.tags.push({ tag: "x", globalNonce: 1n, eventType: "OrderPlaced" });
  const key = {
    key: "x",
    fingerprint: "00",
    firstGlobalNonce: 1n,
    lastGlobalNonce: 1n,
    aggregateNonces: [1n],
  };
  commit.rows.keys.push(key, key);
  await expect(commitBatch(sql, schema, commit)).rejects.toMatchObject({ code: "23505" });
  expect(await workbench.nonces("t")).toEqual([]);
  expect(await readHead(sql, schema, "t")).toEqual(known);
});
