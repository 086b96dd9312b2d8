import { expect, test, vi } from "vitest";
import { memoryLeases } from "./memory-leases.ts";

test("a lease ends at the very moment that it says, by the clock that was given", async () => {
  let nowMs = 1_000;
  await using leases = memoryLeases({ clock: () => new Date(nowMs) });
  const lease = await leases.acquire({ name: "n", owner: "ann", durationMs: 500 });
  expect(lease).toEqual({ name: "n", owner: "ann", token: 1n, expiresAt: new Date(1_500) });
  nowMs = 1_499;
  expect(await leases.list("")).toEqual([lease]);
  expect(await leases.acquire({ name: "n", owner: "bob", durationMs: 1 })).toBeUndefined();
  nowMs = 1_500;
  expect(await leases.list("")).toEqual([]);
  const next = await leases.acquire({ name: "n", owner: "bob", durationMs: 1 });
  expect(next).toEqual({ name: "n", owner: "bob", token: 2n, expiresAt: new Date(1_501) });
});

test("a lease that was given up stays so when the clock goes back", async () => {
  let nowMs = 1_000;
  await using leases = memoryLeases({ clock: () => new Date(nowMs) });
  const lease = await leases.acquire({ name: "n", owner: "ann", durationMs: 500 });
  await leases.release(lease!);
  nowMs = -1_000;
  expect(await leases.list("")).toEqual([]);
});

test("nobody changes a lease by changing what was given", async () => {
  await using leases = memoryLeases({ clock: () => new Date(0) });
  const lease = await leases.acquire({ name: "n", owner: "ann", durationMs: 500 });
  lease!.expiresAt.setTime(0);
  const [listed] = await leases.list("");
  listed!.expiresAt.setTime(0);
  expect((await leases.list(""))[0]?.expiresAt).toEqual(new Date(500));
});

test("a clock that is set ends no lease early or late", async () => {
  await using leases = memoryLeases();
  vi.useFakeTimers({ toFake: ["Date"] });
  try {
    const nowMs = Date.now();
    const lease = await leases.acquire({ name: "n", owner: "ann", durationMs: 60_000 });
    for (const jumpMs of [3_600_000, -3_600_000]) {
      vi.setSystemTime(nowMs + jumpMs);
      expect(await leases.acquire({ name: "n", owner: "bob", durationMs: 1 })).toBeUndefined();
      expect(await leases.list("")).toEqual([lease]);
    }
  } finally {
    vi.useRealTimers();
  }
});
