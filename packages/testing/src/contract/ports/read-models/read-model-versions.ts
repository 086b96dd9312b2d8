import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { race } from "../../race.ts";
import { aCommit, allDocuments, balances, put, type ReadModelContext } from "./read-model-context.ts";

const second = { ...balances, version: 2 };

export const readModelVersions: ContractArea<ReadModelContext> = contractArea(
  "versions of a read model",
  (test) => {
    test("are defined as often as one likes, also by many at once, with documents there or not", async ({
      store,
      peer,
    }) => {
      const indexes = ["n", "owner.city"];
      await Promise.all([store, peer, store, peer].map((each) => each.define({ ...balances, indexes })));
      await store.commit(aCommit({ writes: [put("a", { n: 1 })] }));
      await store.define(balances);
      await store.define({ ...balances, indexes: ["n", "n", "m"] });
      expect(await allDocuments(store)).toEqual({ a: { n: 1 } });
      expect(await store.checkpoint(balances)).toBe(1n);
    });

    test("are not active before one is, and then for everybody", async ({ store, peer, otherTenant }) => {
      await store.define(balances);
      await store.commit(aCommit());
      expect(await store.activeVersion("balances")).toBeUndefined();
      expect(await store.activate(second)).toBe(2);
      expect(await peer.activeVersion("balances")).toBe(2);
      expect(await store.activeVersion("Balances")).toBeUndefined();
      expect(await otherTenant.activeVersion("balances")).toBeUndefined();
    });

    test("never go back to a lower one", async ({ store, peer }) => {
      expect(await store.activate({ ...balances, version: 9 })).toBe(9);
      expect(await peer.activate({ ...balances, version: 10 })).toBe(10);
      expect(await store.activate({ ...balances, version: 9 })).toBe(10);
      expect(await store.activate({ ...balances, version: 10 })).toBe(10);
      expect(await peer.activeVersion("balances")).toBe(10);
    });

    test("end at the highest when several are activated at once", async ({ store, peer }) => {
      const { won } = await race(8, (i) =>
        (i % 2 === 0 ? store : peer).activate({ ...balances, version: i + 1 }),
      );
      for (const { index, result } of won) expect(result).toBeGreaterThan(index);
      expect(await store.activeVersion("balances")).toBe(8);
    });

    test("are dropped with documents and checkpoints, and leave the others alone", async ({
      store,
      peer,
      otherTenant,
    }) => {
      const indexes = ["n"];
      for (const each of [store, otherTenant]) {
        await each.define({ ...balances, indexes });
        await each.define({ ...second, indexes });
        await each.commit(aCommit({ to: 3n, writes: [put("a", { n: 1 })] }));
        await each.commit(aCommit({ checkpoint: second, to: 4n, writes: [put("b", { n: 2 })] }));
      }
      await store.commit(aCommit({ checkpoint: { ...balances, partition: 3 }, to: 9n, writes: [put("c")] }));
      await store.activate(balances);
      await peer.drop(balances);
      await store.drop(balances);
      expect(await allDocuments(store)).toEqual({});
      expect(await store.checkpoint(balances)).toBe(0n);
      expect(await store.checkpoint({ ...balances, partition: 3 })).toBe(0n);
      expect(await allDocuments(store, second)).toEqual({ b: { n: 2 } });
      expect(await store.checkpoint(second)).toBe(4n);
      expect(await allDocuments(otherTenant)).toEqual({ a: { n: 1 } });
      expect(await store.activeVersion("balances")).toBe(1);
      await otherTenant.drop(balances);
      await otherTenant.drop(second);
      expect(await allDocuments(store, second)).toEqual({ b: { n: 2 } });
    });

    test("start anew after they were dropped", async ({ store, peer }) => {
      await store.define({ ...balances, indexes: ["n"] });
      await store.commit(aCommit({ to: 3n, writes: [put("a")] }));
      await store.drop(balances);
      await store.define({ ...balances, indexes: ["n"] });
      await peer.commit(aCommit({ to: 1n, writes: [put("b", { n: 1 })] }));
      const orderBy = [{ path: "n" }];
      expect((await peer.find(balances, { orderBy })).documents).toEqual([{ key: "b", document: { n: 1 } }]);
    });

    test("are dropped whole while others commit: what is left was committed afterwards", async ({
      store,
      peer,
    }) => {
      const partitions = [0, 1, 2, 3];
      for (let round = 0; round < 5; round++) {
        const committing = partitions.map((partition) =>
          store.commit(aCommit({ checkpoint: { ...balances, partition }, writes: [put(`${partition}`)] })),
        );
        await Promise.all([peer.drop(balances), ...committing]);
        const documents = await allDocuments(store);
        for (const partition of partitions) {
          const checkpoint = await store.checkpoint({ ...balances, partition });
          expect(`${partition}` in documents, `document ${partition}`).toBe(checkpoint === 1n);
        }
        await store.drop(balances);
      }
    });
  },
);
