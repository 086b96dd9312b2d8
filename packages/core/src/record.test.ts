import { expect, test } from "vitest";
import type { AppendRequest } from "./append.ts";
import { any, exact } from "./expected-nonce.ts";
import { defaultLimits } from "./limits.ts";
import { record } from "./record.ts";
import { validateAppend } from "./validate-append.ts";

const recordedAt = new Date("2026-01-02T03:04:05.678Z");
const lean = { eventType: "Opened", contentType: "application/json", payload: new Uint8Array([1]) };
const full = {
  eventType: "Closed",
  contentType: "text/plain",
  payload: new Uint8Array([2, 3]),
  eventId: "01a1fe01-dae3-7355-a7e4-1b1d04927258",
  eventVersion: 3,
  tags: ["t"],
  occurredAt: new Date(5),
  correlationId: "cor",
  causationId: "cau",
  actorId: "act",
  metadata: { k: "v" },
};

test("events get consecutive nonces in request order, one time, and defaults for what is absent", () => {
  const request: AppendRequest = {
    appends: [
      { aggregateType: "A", aggregateId: "1", expected: exact(4n), events: [lean, full] },
      { aggregateType: "A", aggregateId: "2", expected: any, events: [] },
      { aggregateType: "B", aggregateId: "1", expected: any, events: [lean] },
    ],
  };
  const heads = [6n, 9n, 1n].map((aggregateNonce, i) => {
    const { aggregateType, aggregateId } = request.appends[i]!;
    return { aggregateType, aggregateId, aggregateNonce };
  });
  const result = { firstGlobalNonce: 11n, lastGlobalNonce: 13n, aggregates: heads, replayed: false };
  let ids = 0;
  const recording = { tenantId: "acme", recordedAt, newEventId: () => `id-${++ids}` };

  const recorded = record(validateAppend(request, defaultLimits), result, recording);

  const assigned = { tenantId: "acme", recordedAt };
  const leanDefaults = { ...lean, eventVersion: 1, tags: [], metadata: {}, occurredAt: recordedAt };
  expect(recorded).toStrictEqual([
    {
      ...assigned,
      ...leanDefaults,
      aggregateType: "A",
      aggregateId: "1",
      globalNonce: 11n,
      aggregateNonce: 5n,
      eventId: "id-1",
    },
    { ...assigned, ...full, aggregateType: "A", aggregateId: "1", globalNonce: 12n, aggregateNonce: 6n },
    {
      ...assigned,
      ...leanDefaults,
      aggregateType: "B",
      aggregateId: "1",
      globalNonce: 13n,
      aggregateNonce: 1n,
      eventId: "id-2",
    },
  ]);
});
