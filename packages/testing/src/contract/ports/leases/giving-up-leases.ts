import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { given, type LeaseContext, longMs, takeAndLetEnd } from "./lease-context.ts";

const durationMs = longMs;

export const givingUpLeases: ContractArea<LeaseContext> = contractArea("giving up leases", (test) => {
  test("frees the lease for others at once, under a larger token", async ({ store, peer }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(await store.release(lease)).toBe(true);
    const next = await given(peer.acquire({ name: "n", owner: "bob", durationMs }));
    expect(next.token).toBeGreaterThan(lease.token);
  });

  test("gives its last owner a larger token, too", async ({ store }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(await store.release(lease)).toBe(true);
    const next = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(next.token).toBeGreaterThan(lease.token);
  });

  test("tells when there was nothing to give up", async ({ store, peer }) => {
    expect(await store.release({ name: "n", owner: "ann", token: 1n })).toBe(false);
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(await peer.release(lease)).toBe(true);
    expect(await store.release(lease)).toBe(false);
  });

  test("refuses a late owner: another's lease, and one's own under an earlier token, stay", async ({
    store,
    peer,
  }) => {
    const first = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    await store.release(first);
    const second = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(await peer.release(first)).toBe(false);
    expect(await peer.release({ ...second, owner: "bob" })).toBe(false);
    expect(await peer.release({ ...second, token: second.token + 1n })).toBe(false);
    expect(await peer.release({ ...second, name: "m" })).toBe(false);
    expect(await store.list("")).toEqual([second]);
  });

  test("tells an owner whose lease has ended that it no longer had it", async (context) => {
    const lease = await takeAndLetEnd(context, "n", "ann");
    expect(await context.store.release(lease)).toBe(false);
  });
});
