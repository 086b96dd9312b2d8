import { randomUUID } from "node:crypto";
import { newEventId } from "@leftfold/core";
// The statement under test is internal to the backend, and stays so: a copy of it would drift.
import {
  type BatchCommit,
  type BatchRows,
  commitBatch,
  emptyRows,
} from "../../../packages/backend-postgres/src/commit-batch.ts";
import { connect } from "../../../packages/backend-postgres/src/connect.ts";
import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { closedLoop } from "../harness/closed-loop.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { createStoreTables } from "../postgres/store-tables.ts";
import { aggregateType, appendTargets } from "../workload/aggregate-choice.ts";
import { eventType, payload } from "../workload/deposit.ts";
import { tenantId } from "../workload/tenant.ts";
import { cpuAccounts } from "./append-trial.ts";
import { envelope } from "./envelope.ts";

const inFlight = 2;
const envelopeHex = Buffer.from(envelope).toString("hex");
const payloadHex = Buffer.from(payload).toString("hex");

/**
 * The limit of group commit: the backend's own commit statement, two in flight on one connection, with nobody
 * to decide anything, nothing to encode and nobody to answer.
 *
 * @param batchSize how many events each commits, asked for before each run.
 */
export function bareCommit(bed: TestBed, writers: number, batchSize: () => number): Contender {
  return {
    name: "bare commit",
    about: `the backend's commit statement, in batches of its size, ${inFlight} in flight, no decision`,
    open: () => openTrial(bed, writers, Math.max(1, Math.round(batchSize()))),
  };
}

async function openTrial(bed: TestBed, writers: number, batchSize: number): Promise<Trial> {
  const { database } = bed;
  const schema = database.freshSchema();
  await createStoreTables(database.sql, schema);
  const [row] = await database.sql.unsafe<{ stamp: string }[]>(`select stamp::text from "${schema}".tenants`);
  const lane = connect({ url: database.url }, 1);
  const nextBatch = batches(bed, writers, batchSize, row?.stamp ?? "");
  return {
    measure: async () => {
      const measured = await closedLoop({
        writers: inFlight,
        warmUpMs: bed.warmUpMs,
        measureMs: bed.measureMs,
        cpu: cpuProbe(cpuAccounts(bed)),
        operation: async () => {
          if (!(await commitBatch(lane, `"${schema}"`, nextBatch())))
            throw new Error("The fence held a batch back.");
          return batchSize;
        },
      });
      return { ...measured, extras: { "events/commit": batchSize } };
    },
    [Symbol.asyncDispose]: async () => {
      await lane.end();
      await database.dropSchema(schema);
    },
  };
}

/** Batches that each follow the last, as the fence demands. */
function batches(bed: TestBed, writers: number, batchSize: number, firstStamp: string): () => BatchCommit {
  const rowsOfNext = batchRows(bed, writers, batchSize);
  let known = { nonce: 0n, stamp: firstStamp, recordedAtMs: 0 };
  return () => {
    const next = { nonce: known.nonce + BigInt(batchSize), stamp: randomUUID(), recordedAtMs: Date.now() };
    const commit: BatchCommit = { tenantId, known, next, rows: rowsOfNext() };
    known = next;
    return commit;
  };
}

function batchRows(bed: TestBed, writers: number, batchSize: number): () => BatchRows {
  const nextTarget = appendTargets(bed.aggregates);
  const heads = new Map<string, bigint>();
  let count = 0;
  return () => {
    const rows = emptyRows();
    for (let event = 0; event < batchSize; event++) {
      const { aggregateId } = nextTarget(count++ % writers);
      const aggregateNonce = (heads.get(aggregateId) ?? 0n) + 1n;
      heads.set(aggregateId, aggregateNonce);
      rows.aggregateTypes.push(aggregateType);
      rows.aggregateIds.push(aggregateId);
      rows.aggregateNonces.push(aggregateNonce);
      rows.eventIds.push(newEventId());
      rows.eventTypes.push(eventType);
      rows.envelopeSizes.push(envelopeHex.length / 2);
      rows.payloadSizes.push(payloadHex.length / 2);
    }
    rows.contents = (envelopeHex + payloadHex).repeat(batchSize);
    return rows;
  };
}
