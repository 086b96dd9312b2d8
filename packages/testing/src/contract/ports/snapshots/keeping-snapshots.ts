import { nonceMax, type SnapshotId, snapshotBytesMax, uint32Max } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { race } from "../../race.ts";
import { account, aSnapshot, type SnapshotContext } from "./snapshot-context.ts";

const id: SnapshotId = { ...account, stateVersion: 1 };

export const keepingSnapshots: ContractArea<SnapshotContext> = contractArea("keeping snapshots", (test) => {
  test("has nothing of an aggregate that no snapshot was saved of", async ({ store }) => {
    expect(await store.load(id)).toBeUndefined();
    await store.save(aSnapshot());
    expect(await store.load({ ...id, aggregateId: "bob" })).toBeUndefined();
    expect(await store.load({ ...id, aggregateType: "Order" })).toBeUndefined();
  });

  test("gives back what was saved, to the byte, through every handle", async ({ store, peer }) => {
    const states = [new Uint8Array(), Uint8Array.from({ length: 256 }, (_, i) => i), Uint8Array.of(0)];
    for (const [i, state] of states.entries()) {
      const snapshot = aSnapshot({ aggregateId: `a${i}`, state });
      await store.save(snapshot);
      for (const handle of [store, peer]) {
        const loaded = await handle.load({ ...id, aggregateId: `a${i}` });
        expect(loaded).toStrictEqual(snapshot);
      }
    }
  });

  test("takes the largest nonce, version and state", async ({ store }) => {
    const state = new Uint8Array(snapshotBytesMax).fill(7);
    await store.save(aSnapshot({ aggregateNonce: nonceMax, stateVersion: uint32Max, state }));
    const loaded = await store.load({ ...account, stateVersion: uint32Max });
    expect(loaded?.aggregateNonce).toBe(nonceMax);
    expect(Buffer.compare(loaded!.state, state)).toBe(0);
  });

  test("takes a part of a larger buffer for what it is", async ({ store }) => {
    const whole = Uint8Array.from({ length: 9 }, (_, i) => i);
    await store.save(aSnapshot({ state: whole.subarray(3, 6) }));
    expect((await store.load(id))?.state).toStrictEqual(Uint8Array.of(3, 4, 5));
  });

  test("keeps to itself what it keeps: neither what was saved nor what was loaded changes it", async ({
    store,
  }) => {
    const state = Uint8Array.of(1, 2, 3);
    await store.save(aSnapshot({ state }));
    state.fill(9);
    const loaded = await store.load(id);
    expect(loaded?.state).toStrictEqual(Uint8Array.of(1, 2, 3));
    loaded!.state.fill(9);
    expect((await store.load(id))?.state).toStrictEqual(Uint8Array.of(1, 2, 3));
  });

  test("tells aggregates apart to the letter", async ({ store }) => {
    const names = [
      ["a", "bc"],
      ["ab", "c"],
      ["A", "bc"],
      ["a", "bc "],
      ["a", "%"],
      ["a", "_"],
      ["a", "'; drop table snapshots; --"],
      ["é", "1"],
      ["e\u0301", "1"],
      ["😀", "1"],
    ] as const;
    for (const [i, [aggregateType, aggregateId]] of names.entries()) {
      await store.save(aSnapshot({ aggregateType, aggregateId, aggregateNonce: BigInt(i + 1) }));
    }
    for (const [i, [aggregateType, aggregateId]] of names.entries()) {
      const loaded = await store.load({ aggregateType, aggregateId, stateVersion: 1 });
      expect(loaded, `${aggregateType} ${aggregateId}`).toMatchObject({ aggregateNonce: BigInt(i + 1) });
    }
  });

  test("keeps tenants apart", async ({ store, otherTenant }) => {
    await store.save(aSnapshot({ state: Uint8Array.of(1) }));
    expect(await otherTenant.load(id)).toBeUndefined();
    await otherTenant.save(aSnapshot({ state: Uint8Array.of(2) }));
    await otherTenant.remove(account);
    expect((await store.load(id))?.state).toStrictEqual(Uint8Array.of(1));
  });

  test("keeps the newest of snapshots that are saved at once, whole", async ({ store, peer }) => {
    for (let round = 0; round < 5; round++) {
      const aggregateId = `a${round}`;
      const { lost } = await race(30, (index) => {
        const nonce = ((index * 7) % 30) + 1;
        const state = new Uint8Array(1_000).fill(nonce);
        const handle = index % 2 === 0 ? store : peer;
        return handle.save(aSnapshot({ aggregateId, aggregateNonce: BigInt(nonce), state }));
      });
      expect(lost).toEqual([]);
      const loaded = await peer.load({ ...id, aggregateId });
      expect(loaded).toStrictEqual(
        aSnapshot({ aggregateId, aggregateNonce: 30n, state: new Uint8Array(1_000).fill(30) }),
      );
    }
  });
});
