import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { afterAll, expect, it } from "vitest";
import { type BatchCommit, commitBatch, emptyRows } from "./commit-batch.ts";
import type { KnownHead } from "./load-facts.ts";
import { readHead } from "./log-head.ts";
import { Workbench } from "./testing/workbench.ts";

const workbench: Workbench = await Workbench.migrated();
afterAll(() => workbench[Symbol.asyncDispose]());

interface Contents {
  readonly envelope: Uint8Array;
  readonly payload: Uint8Array;
}

function batch(tenantId: string, known: KnownHead, events: readonly Contents[]): BatchCommit {
  const rows = emptyRows();
  events.forEach(({ envelope, payload }, i) => {
    rows.aggregateTypes.push("a");
    rows.aggregateIds.push("1");
    rows.aggregateNonces.push(BigInt(i + 1));
    rows.eventIds.push(randomUUID());
    rows.eventTypes.push("E");
    rows.envelopeSizes.push(envelope.length);
    rows.payloadSizes.push(payload.length);
  });
  const contents = events.flatMap(({ envelope, payload }) => [envelope, payload]);
  rows.contents = Buffer.concat(contents).toString("base64");
  const next = { nonce: known.nonce + BigInt(events.length), stamp: randomUUID(), recordedAtMs: 0 };
  return { tenantId, known, next, rows };
}

// From nothing to more than the buffer begins with, as views into something larger.
const bytes: fc.Arbitrary<Uint8Array> = fc
  .oneof(
    { weight: 8, arbitrary: fc.uint8Array({ maxLength: 40 }) },
    fc.integer({ min: 10_000, max: 70_000 }).map((length) => new Uint8Array(length).fill(length % 251)),
  )
  .map((own) => new Uint8Array([1, ...own, 2]).subarray(1, own.length + 1));

it("keeps every event's envelope and payload as they are, empty ones too", async () => {
  const { sql, schema } = workbench;
  let tenants = 0;
  const events = fc.array(fc.record({ envelope: bytes, payload: bytes }), { minLength: 1, maxLength: 6 });
  await fc.assert(
    fc.asyncProperty(events, async (wanted) => {
      const tenantId = `t${++tenants}`;
      expect(
        await commitBatch(sql, schema, batch(tenantId, await readHead(sql, schema, tenantId), wanted)),
      ).toBe(true);
      const found = await sql.unsafe(
        `select envelope, payload from ${schema}.events where tenant_id = $1 order by global_nonce`,
        [tenantId],
      );
      expect(found.map(({ envelope, payload }) => [hex(envelope), hex(payload)])).toEqual(
        wanted.map(({ envelope, payload }) => [hex(envelope), hex(payload)]),
      );
    }),
    { numRuns: 100 },
  );
});

function hex(value: Uint8Array): string {
  return Buffer.from(value).toString("hex");
}
