import type { SnapshotId } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { account, aSnapshot, type SnapshotContext } from "./snapshot-context.ts";

const id: SnapshotId = { ...account, stateVersion: 1 };

export const replacingSnapshots: ContractArea<SnapshotContext> = contractArea(
  "replacing and removing snapshots",
  (test) => {
    test("keeps a snapshot of a later event in place of the last one", async ({ store, peer }) => {
      await store.save(aSnapshot({ aggregateNonce: 5n, state: Uint8Array.of(5) }));
      const later = aSnapshot({ aggregateNonce: 9n, state: Uint8Array.of(9) });
      await peer.save(later);
      expect(await store.load(id)).toStrictEqual(later);
    });

    test("changes nothing when one of an older event comes late", async ({ store, peer }) => {
      const newest = aSnapshot({ aggregateNonce: 9n, state: Uint8Array.of(9) });
      await store.save(newest);
      await peer.save(aSnapshot({ aggregateNonce: 8n, state: Uint8Array.of(8) }));
      expect(await store.load(id)).toStrictEqual(newest);
    });

    test("compares nonces as numbers", async ({ store }) => {
      const newest = aSnapshot({ aggregateNonce: 10n });
      await store.save(newest);
      await store.save(aSnapshot({ aggregateNonce: 9n }));
      expect(await store.load(id)).toStrictEqual(newest);
    });

    test("takes one of the same event anew, so that saving can be repeated", async ({ store }) => {
      await store.save(aSnapshot());
      const again = aSnapshot({ state: Uint8Array.of(7, 7) });
      await store.save(again);
      await store.save(again);
      expect(await store.load(id)).toStrictEqual(again);
    });

    test("finds no snapshot of another state version, neither a lower nor a higher one", async ({
      store,
    }) => {
      await store.save(aSnapshot({ stateVersion: 2 }));
      expect(await store.load({ ...account, stateVersion: 1 })).toBeUndefined();
      expect(await store.load({ ...account, stateVersion: 3 })).toBeUndefined();
      expect(await store.load({ ...account, stateVersion: 2 })).toBeDefined();
    });

    test("keeps one of a higher state version in place of the last one", async ({ store }) => {
      await store.save(aSnapshot());
      const higher = aSnapshot({ stateVersion: 2 });
      await store.save(higher);
      expect(await store.load(id)).toBeUndefined();
      expect(await store.load({ ...account, stateVersion: 2 })).toStrictEqual(higher);
    });

    test("changes nothing when one of a lower state version comes, be its event later", async ({ store }) => {
      const higher = aSnapshot({ stateVersion: 2, aggregateNonce: 3n });
      await store.save(higher);
      await store.save(aSnapshot({ stateVersion: 1, aggregateNonce: 4n }));
      expect(await store.load(id)).toBeUndefined();
      expect(await store.load({ ...account, stateVersion: 2 })).toStrictEqual(higher);
    });

    test("changes nothing when one of an older event comes, be its state version higher", async ({
      store,
    }) => {
      const later = aSnapshot({ aggregateNonce: 4n });
      await store.save(later);
      await store.save(aSnapshot({ stateVersion: 2, aggregateNonce: 3n }));
      expect(await store.load(id)).toStrictEqual(later);
      expect(await store.load({ ...account, stateVersion: 2 })).toBeUndefined();
    });

    test("removes an aggregate's snapshot, of whatever version, and no other's", async ({ store, peer }) => {
      const other = aSnapshot({ aggregateId: "bob" });
      await store.save(aSnapshot({ stateVersion: 3 }));
      await store.save(other);
      await peer.remove(account);
      await peer.remove(account);
      expect(await store.load({ ...account, stateVersion: 3 })).toBeUndefined();
      expect(await store.load({ ...id, aggregateId: "bob" })).toStrictEqual(other);
    });

    test("starts anew after a removal, at any event and version", async ({ store }) => {
      await store.save(aSnapshot({ stateVersion: 3, aggregateNonce: 100n }));
      await store.remove(account);
      await store.save(aSnapshot());
      expect(await store.load(id)).toStrictEqual(aSnapshot());
    });
  },
);
