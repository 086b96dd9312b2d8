import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { given, type LeaseContext, longMs, takeAndLetEnd } from "./lease-context.ts";

const durationMs = longMs;

export const takingLeases: ContractArea<LeaseContext> = contractArea("taking and renewing leases", (test) => {
  test("gives a lease that is free", async ({ store }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(lease).toEqual({
      name: "n",
      owner: "ann",
      token: expect.any(BigInt),
      expiresAt: expect.any(Date),
    });
    expect(lease.token).toBeGreaterThan(0n);
  });

  test("refuses a lease that somebody else has, through every handle", async ({ store, peer }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    for (const handle of [store, peer]) {
      expect(await handle.acquire({ name: "n", owner: "bob", durationMs })).toBeUndefined();
    }
    expect(await store.list("n")).toEqual([lease]);
  });

  test("renews one's own: the same token, and a later end", async ({ store, peer }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs: longMs / 2 }));
    const renewed = await given(peer.acquire({ name: "n", owner: "ann", durationMs: longMs }));
    expect(renewed.token).toBe(lease.token);
    expect(renewed.expiresAt.getTime()).toBeGreaterThan(lease.expiresAt.getTime());
    expect(await store.list("n")).toEqual([renewed]);
  });

  test("counts a renewal from now, so that it may end earlier", async (context) => {
    const { store, peer } = context;
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    await takeAndLetEnd(context, "n", "ann");
    const next = await given(peer.acquire({ name: "n", owner: "bob", durationMs }));
    expect(next.token).toBeGreaterThan(lease.token);
  });

  test("gives a lease that has ended to somebody else, under a larger token", async (context) => {
    const lease = await takeAndLetEnd(context, "n", "ann");
    const next = await given(context.peer.acquire({ name: "n", owner: "bob", durationMs }));
    expect(next).toMatchObject({ owner: "bob" });
    expect(next.token).toBeGreaterThan(lease.token);
    expect(await context.store.acquire({ name: "n", owner: "ann", durationMs })).toBeUndefined();
  });

  test("gives its last owner a larger token, too, when it has ended in between", async (context) => {
    const lease = await takeAndLetEnd(context, "n", "ann");
    const next = await given(context.store.acquire({ name: "n", owner: "ann", durationMs }));
    expect(next.token).toBeGreaterThan(lease.token);
  });

  test("never lets a token go back, through endings and releases", async (context) => {
    const { store, peer } = context;
    const tokens: bigint[] = [];
    for (let i = 0; i < 4; i++) {
      tokens.push((await takeAndLetEnd(context, "n", `owner ${i % 2}`)).token);
      const lease = await given(peer.acquire({ name: "n", owner: "carl", durationMs }));
      tokens.push(lease.token);
      expect(await store.release(lease)).toBe(true);
    }
    const ascending = [...new Set(tokens)].sort((one, other) => (one < other ? -1 : 1));
    expect(tokens).toEqual(ascending);
  });

  test("keeps leases of different names apart, to the letter", async ({ store }) => {
    const names = ["n", "N", "n ", "é", "e\u0301", "%", "_", "n'", "😀"];
    for (const name of names) {
      const lease = await given(store.acquire({ name, owner: `owner of ${name}`, durationMs }));
      expect(lease).toMatchObject({ name, owner: `owner of ${name}` });
    }
  });

  test("keeps owners apart, to the letter", async ({ store }) => {
    await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    for (const owner of ["Ann", "ann ", "an", "%", "ann\u0301"]) {
      expect(await store.acquire({ name: "n", owner, durationMs }), owner).toBeUndefined();
    }
  });

  test("keeps tenants apart", async ({ store, otherTenant }) => {
    const mine = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    const theirs = await given(otherTenant.acquire({ name: "n", owner: "bob", durationMs }));
    expect(await otherTenant.release(theirs)).toBe(true);
    expect(await store.list("")).toEqual([mine]);
    expect(await otherTenant.list("")).toEqual([]);
  });
});
