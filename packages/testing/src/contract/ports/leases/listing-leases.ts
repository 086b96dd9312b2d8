import type { LeaseStore } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { given, type LeaseContext, longMs, takeAndLetEnd } from "./lease-context.ts";

async function take(store: LeaseStore, ...names: readonly string[]): Promise<void> {
  for (const name of names) await given(store.acquire({ name, owner: "ann", durationMs: longMs }));
}

async function namesOf(store: LeaseStore, prefix: string): Promise<string[]> {
  return (await store.list(prefix)).map(({ name }) => name);
}

export const listingLeases: ContractArea<LeaseContext> = contractArea("listing leases", (test) => {
  test("lists nothing when there are none", async ({ store }) => {
    expect(await store.list("")).toEqual([]);
    expect(await store.list("balances/")).toEqual([]);
  });

  test("lists leases as they were given, through every handle", async ({ store, peer }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs: longMs }));
    expect(await peer.list("n")).toEqual([lease]);
  });

  test("lists those whose names begin with the prefix, in order", async ({ store }) => {
    await take(store, "b/1", "a/2", "b", "a/10", "b/2", "ab/1", "B/3");
    expect(await namesOf(store, "b/")).toEqual(["b/1", "b/2"]);
    expect(await namesOf(store, "a")).toEqual(["a/10", "a/2", "ab/1"]);
    expect(await namesOf(store, "b")).toEqual(["b", "b/1", "b/2"]);
    expect(await namesOf(store, "")).toEqual(["B/3", "a/10", "a/2", "ab/1", "b", "b/1", "b/2"]);
    expect(await namesOf(store, "b/1/x")).toEqual([]);
  });

  test("orders names by code points", async ({ store }) => {
    const ordered = ["Z", "a", "a b", "a-b", "ab", "z", "é", "\uffee", "😀", "😀a"];
    await take(store, ...ordered.toReversed());
    expect(await namesOf(store, "")).toEqual(ordered);
  });

  test("takes a prefix to the letter", async ({ store }) => {
    await take(store, "a%b", "a_b", "axb", "a\\b", "a'b", "a.*b");
    for (const prefix of ["a%", "a_", "a\\", "a'", "a.*"]) {
      expect(await namesOf(store, prefix)).toEqual([`${prefix}b`]);
    }
  });

  test("leaves out what was given up and what has ended", async (context) => {
    const { store } = context;
    await take(store, "staying");
    const lease = await given(store.acquire({ name: "released", owner: "ann", durationMs: longMs }));
    await store.release(lease);
    await takeAndLetEnd(context, "ended", "ann");
    expect(await namesOf(store, "")).toEqual(["staying"]);
  });
});
