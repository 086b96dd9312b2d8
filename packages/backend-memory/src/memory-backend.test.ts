import { InvalidArgumentError, UnavailableError } from "@leftfold/core";
import { anAppend, anEvent, collect, someEvents, takeUntil } from "@leftfold/testing";
import { expect, test } from "vitest";
import { memoryBackend } from "./memory-backend.ts";

test("an application needs no options", async () => {
  await using backend = memoryBackend();
  const store = backend.tenant("acme");
  await store.append(anAppend({ events: someEvents(2) }));
  const [first, second] = await collect(store.readAll());
  expect([first?.globalNonce, second?.globalNonce]).toEqual([1n, 2n]);
  expect(first?.eventId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(first!.eventId < second!.eventId).toBe(true);
});

test("every handle on a tenant is on the same log, and no other tenant's", async () => {
  await using backend = memoryBackend();
  await backend.tenant("acme").append(anAppend());
  expect(await backend.tenant("acme").head()).toBe(1n);
  expect(await backend.tenant("umbrella").head()).toBe(0n);
  expect(await memoryBackend().tenant("acme").head()).toBe(0n);
});

test("the clock may go backwards, recordedAt does not, in one tenant", async () => {
  let now = 1_000;
  await using backend = memoryBackend({ clock: () => new Date(now) });
  const store = backend.tenant("acme");
  const times = [1_000, 2_000, 500, 1_999, 2_001];
  for (const time of times) {
    now = time;
    await store.append(anAppend());
  }
  const recorded = await collect(store.readAll());
  expect(recorded.map(({ recordedAt }) => recordedAt.getTime())).toEqual([1_000, 2_000, 2_000, 2_000, 2_001]);
  now = 7;
  await backend.tenant("umbrella").append(anAppend());
  const [event] = await collect(backend.tenant("umbrella").readAll());
  expect(event?.recordedAt.getTime()).toBe(7);
  expect(event?.occurredAt.getTime()).toBe(7);
});

test("ids come from where they are said to come from, for events without one", async () => {
  let ids = 0;
  await using backend = memoryBackend({ newEventId: () => `id-${++ids}` });
  const eventId = "01a1fe01-dae3-7355-a7e4-1b1d04927258";
  const store = backend.tenant("acme");
  await store.append(anAppend({ events: [anEvent(), anEvent({ eventId }), anEvent()] }));
  const recorded = await collect(store.readAll());
  expect(recorded.map(({ eventId }) => eventId)).toEqual(["id-1", eventId, "id-2"]);
});

test("limits may differ from the default ones", async () => {
  await using backend = memoryBackend({ limits: { payloadBytesMax: 4, nameCharsMax: 5 } });
  expect(() => backend.tenant("sixsix")).toThrow(InvalidArgumentError);
  const fields = { aggregateType: "A", aggregateId: "1" };
  const event = { eventType: "E", contentType: "c", payload: new Uint8Array(4) };
  const store = backend.tenant("acme");
  await store.append(anAppend({ ...fields, events: [event] }));
  const tooLarge = store.append(anAppend({ ...fields, events: [{ ...event, payload: new Uint8Array(5) }] }));
  await expect(tooLarge).rejects.toMatchObject({
    violations: [{ field: "appends[0].events[0].payload", value: "5 bytes", limit: "at most 4 bytes" }],
  });
});

test("a silent log gives a heartbeat", async () => {
  await using backend = memoryBackend({ heartbeatMs: 1 });
  const isHeartbeat = ({ kind }: { kind: string }): boolean => kind === "checkpoint";
  const messages = await takeUntil(backend.tenant("acme").subscribe(), isHeartbeat);
  expect(messages).toEqual([
    { kind: "caughtUp", globalNonce: 0n },
    { kind: "checkpoint", globalNonce: 0n },
  ]);
});

test.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31])(
  "a heartbeat of %s ms is refused, as timers cannot keep it",
  (heartbeatMs) => {
    expect(() => memoryBackend({ heartbeatMs })).toThrow(InvalidArgumentError);
  },
);

test("a backend that is disposed refuses everything, through old handles and new ones", async () => {
  const backend = memoryBackend();
  const store = backend.tenant("acme");
  await store.append(anAppend());
  await backend[Symbol.asyncDispose]();
  await backend[Symbol.asyncDispose]();
  for (const handle of [store, backend.tenant("acme")]) {
    await expect(handle.head()).rejects.toBeInstanceOf(UnavailableError);
    await expect(handle.append(anAppend())).rejects.toThrow(/closed/);
    await expect(collect(handle.readAll())).rejects.toBeInstanceOf(UnavailableError);
    await expect(collect(handle.subscribe())).rejects.toBeInstanceOf(UnavailableError);
    const aggregate = { aggregateType: "order", aggregateId: "o1" };
    await expect(collect(handle.readStream(aggregate))).rejects.toBeInstanceOf(UnavailableError);
  }
});
