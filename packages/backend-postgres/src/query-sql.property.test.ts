import {
  matches,
  nonceMax,
  type ProposedEvent,
  type ReadAllRequest,
  type RecordedEvent,
} from "@leftfold/core";
import {
  anAggregate,
  arbitraryAppendCondition,
  arbitraryProposedEvent,
  arbitraryReadAllRequest,
  collect,
  fewNames,
} from "@leftfold/testing";
import fc from "fast-check";
import { afterAll, beforeAll, expect, it } from "vitest";
import { loadFacts } from "./load-facts.ts";
import { readAllPages } from "./read-pages.ts";
import { ScanWindow } from "./scan-window.ts";
import { type TestedSequencer, Workbench } from "./testing/workbench.ts";

let workbench: Workbench;
beforeAll(async () => {
  workbench = await Workbench.migrated();
});
afterAll(() => workbench[Symbol.asyncDispose]());

const names = fewNames();
const someLog = fc.array(
  fc.tuple(names.aggregateType, names.aggregateId, fc.array(arbitraryProposedEvent(names), { maxLength: 5 })),
  { minLength: 1, maxLength: 12 },
);
let tenants = 0;

type ProposedLog = readonly (readonly [string, string, readonly ProposedEvent[]])[];

/** A tenant with these events, and what was recorded. */
async function recorded(log: ProposedLog): Promise<{ tenantId: string; events: readonly RecordedEvent[] }> {
  const tenantId = `t${tenants++}`;
  const { append }: TestedSequencer = workbench.sequencer({ tenantId, lane: workbench.sql });
  for (const [aggregateType, aggregateId, events] of log) {
    // Generated ids may come twice in a log.
    const proposed = events.map(({ eventId: _, ...event }) => event);
    await append({ appends: [anAggregate({ aggregateType, aggregateId, events: proposed })] });
  }
  return { tenantId, events: await read(tenantId, {}) };
}

async function read(tenantId: string, request: ReadAllRequest, width?: bigint): Promise<RecordedEvent[]> {
  const { schema, sql } = workbench;
  const window = new ScanWindow(request.query, width);
  const head = BigInt((await workbench.nonces(tenantId)).length);
  const batches = await collect(readAllPages({ sql, schema, tenantId }, request, head, undefined, window));
  return batches.flatMap(({ events }) => events);
}

it("finds in PostgreSQL exactly what core says matches, in windows of any width", async () => {
  await fc.assert(
    fc.asyncProperty(
      someLog,
      fc.array(arbitraryReadAllRequest({ names, nonceMax: 40n }), { minLength: 4, maxLength: 4 }),
      fc.bigInt({ min: 1n, max: 9n }),
      async (log, requests, width) => {
        const { tenantId, events } = await recorded(log);
        for (const request of requests) {
          const found = await read(tenantId, request, width);
          expect(found.map(({ globalNonce }) => globalNonce)).toEqual(modelRead(events, request));
        }
      },
    ),
    { numRuns: 40 },
  );
});

it("finds for a condition the first event that core says matches", async () => {
  await fc.assert(
    fc.asyncProperty(
      someLog,
      fc.array(arbitraryAppendCondition(names), { minLength: 6, maxLength: 6 }),
      async (log, conditions) => {
        const { tenantId, events } = await recorded(log);
        const { schema, sql } = workbench;
        const nothing = { head: false, aggregates: [], keys: [], eventIds: [] };
        const { matches: found } = await loadFacts(sql, schema, { tenantId, conditions, ...nothing });
        const expected = conditions.map(
          ({ failIfMatches, after = 0n }) =>
            events.find((event) => event.globalNonce > after && matches(failIfMatches, event))?.globalNonce,
        );
        expect(found).toEqual(expected);
      },
    ),
    { numRuns: 40 },
  );
});

function modelRead(events: readonly RecordedEvent[], request: ReadAllRequest): bigint[] {
  const { query, direction, from, to, maxCount } = request;
  const [lowest, highest] =
    direction === "backwards" ? [to ?? 1n, from ?? nonceMax] : [from ?? 1n, to ?? nonceMax];
  const found = events.filter(
    (event) =>
      event.globalNonce >= lowest && event.globalNonce <= highest && (!query || matches(query, event)),
  );
  if (direction === "backwards") found.reverse();
  return found.slice(0, maxCount).map(({ globalNonce }) => globalNonce);
}
