import { memoryBackend } from "@leftfold/backend-memory";
import { expect, test } from "vitest";
import { tenantId } from "../workload/tenant.ts";
import { Fan } from "./fan.ts";
import { branchTag, stampedAppend, stampOf } from "./stamped-event.ts";

test("counts what is delivered to every subscriber, the warm-up's events left out", async () => {
  await using backend = memoryBackend();
  const store = backend.tenant(tenantId);
  await using fan = new Fan([store, backend.tenant(tenantId)], { subscribers: 5, filtered: false });
  await fan.live();
  await store.append(stampedAppend(0, false));
  for (let arrival = 1; arrival <= 3; arrival++) await store.append(stampedAppend(arrival, true));
  const { count, latency } = await fan.delivered(15);
  expect(count).toBe(15);
  expect(latency).toMatchObject({ count: 15 });
  expect(latency.p50Ms).toBeGreaterThan(0);
});

test("gives each of its filtered subscribers the events of its branch only", async () => {
  await using backend = memoryBackend();
  const store = backend.tenant(tenantId);
  await using fan = new Fan([store], { subscribers: 2, filtered: true });
  await fan.live();
  for (const arrival of [0, 1, 2, 50, 51, 1]) await store.append(stampedAppend(arrival, true));
  expect(await fan.delivered(5)).toMatchObject({ count: 5 });
});

test("tells of a subscription that failed, to who waits for it to be live and for deliveries", async () => {
  const backend = memoryBackend();
  const store = backend.tenant(tenantId);
  await using fan = new Fan([store], { subscribers: 1, filtered: false });
  await fan.live();
  const delivered = fan.delivered(1);
  await backend[Symbol.asyncDispose]();
  await expect(delivered).rejects.toThrow("closed");
});

test("says in an event when its append began, in about 256 bytes", () => {
  const before = process.hrtime.bigint();
  const event = stampedAppend(7, true).appends[0]!.events[0]!;
  expect(event.payload.length).toBeGreaterThan(220);
  expect(event.payload.length).toBeLessThan(260);
  expect(event.tags).toEqual([branchTag(57)]);
  const { startedNs, isCounted } = stampOf(event);
  expect(isCounted).toBe(true);
  expect(startedNs).toBeGreaterThanOrEqual(before);
});
