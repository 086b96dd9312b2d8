import {
  type AppendResult,
  decide,
  type EventStoreError,
  type RecordedEvent,
  record,
  type ValidAppend,
} from "@leftfold/core";
import { EventEncoder } from "@leftfold/proto";
import { type BatchRows, emptyRows } from "./commit-batch.ts";
import type { KnownLog } from "./known-log.ts";
import type { KnownHead } from "./load-facts.ts";
import type { PendingAppend } from "./pending-append.ts";

/** A batch that was decided, and waits to be confirmed. */
export interface DecidedBatch {
  readonly known: KnownHead;
  readonly next: KnownHead;
  readonly rows: BatchRows;
  /** The events in the encoding of the wire, in order; undefined unless asked for. */
  readonly encoded: Uint8Array | undefined;
  /** What to say when the batch is confirmed, and to whom. */
  readonly answers: readonly Answer[];
  /** Rejections that rest on assumptions: to be decided again with every fact loaded. */
  readonly doubtful: readonly PendingAppend[];
}

export type Answer = { readonly pending: PendingAppend } & (
  | { readonly result: AppendResult }
  | { readonly error: EventStoreError }
);

export interface Decider {
  readonly tenantId: string;
  readonly clock: () => Date;
  readonly newEventId: () => string;
  readonly newStamp: () => string;
  /** Whether somebody wants the events in the encoding of the wire. */
  readonly keepEncoded: boolean;
}

// Deciding never waits, so one buffer serves all batches.
const encoder = new EventEncoder();

/** Decides appends one after another, each seeing the accepted ones before it. Changes what is known accordingly. */
export function decideBatch(taken: readonly PendingAppend[], log: KnownLog, decider: Decider): DecidedBatch {
  const { tenantId, newEventId } = decider;
  const known = log.knownHead;
  const recordedAt = new Date(Math.max(decider.clock().getTime(), known.recordedAtMs));
  const rows = emptyRows();
  const answers: Answer[] = [];
  const doubtful: PendingAppend[] = [];
  encoder.begin();
  for (const pending of taken) {
    const { append, fingerprint } = pending;
    const decision = decide(log, append, fingerprint);
    if (decision.kind === "rejected") {
      if (isDoubtful(pending, decision.error, log)) doubtful.push(pending);
      else answers.push({ pending, error: decision.error });
      continue;
    }
    if (decision.kind === "replayed") {
      answers.push({ pending, result: named(decision.result, append) });
      continue;
    }
    answers.push({ pending, result: decision.result });
    const events = record(append, decision.result, { tenantId, recordedAt, newEventId });
    addEvents(rows, events);
    addKey(rows, pending, decision.result);
    log.accept(append, decision.result, events, fingerprint);
  }
  const bytes = encoder.view();
  rows.contents = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("base64");
  const encoded = decider.keepEncoded ? bytes.slice() : undefined;
  if (hasRows(rows)) log.stampHead(decider.newStamp(), recordedAt.getTime());
  return { known, next: log.knownHead, rows, encoded, answers, doubtful };
}

/** A result under the names of the append that it is for: equal content means the same aggregates in the same order. */
function named(result: AppendResult, { appends }: ValidAppend): AppendResult {
  const aggregates = appends.map(({ aggregateType, aggregateId }, i) => ({
    aggregateType,
    aggregateId,
    aggregateNonce: result.aggregates[i]!.aggregateNonce,
  }));
  return { ...result, aggregates };
}

/** Whether a batch writes anything. One that does not still has to be confirmed. */
export function hasRows({ eventIds, keys }: BatchRows): boolean {
  return eventIds.length > 0 || keys.length > 0;
}

/** A rejection is certain only when nothing that it could rest on was assumed. */
function isDoubtful({ append, verify }: PendingAppend, error: EventStoreError, log: KnownLog): boolean {
  if (verify) return false;
  if (append.idempotencyKey !== undefined && log.keyUse(append.idempotencyKey) === undefined) return true;
  return (
    error.code === "duplicate-event-id" || !append.appends.every((aggregate) => log.knowsAggregate(aggregate))
  );
}

function addEvents(rows: BatchRows, events: readonly RecordedEvent[]): void {
  for (const event of events) {
    rows.aggregateTypes.push(event.aggregateType);
    rows.aggregateIds.push(event.aggregateId);
    rows.aggregateNonces.push(event.aggregateNonce);
    rows.eventIds.push(event.eventId);
    rows.eventTypes.push(event.eventType);
    rows.envelopeSizes.push(encoder.add(event));
    rows.payloadSizes.push(event.payload.length);
    for (const tag of event.tags) {
      rows.tags.push({ tag, globalNonce: event.globalNonce, eventType: event.eventType });
    }
  }
}

function addKey(rows: BatchRows, { append, fingerprint }: PendingAppend, result: AppendResult): void {
  if (append.idempotencyKey === undefined) return;
  rows.keys.push({
    key: append.idempotencyKey,
    fingerprint: fingerprint!,
    firstGlobalNonce: result.firstGlobalNonce,
    lastGlobalNonce: result.lastGlobalNonce,
    aggregateNonces: result.aggregates.map(({ aggregateNonce }) => aggregateNonce),
  });
}
