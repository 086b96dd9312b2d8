import { setImmediate } from "node:timers/promises";
import { CheckpointConflictError, nonceMax, type ReadModelStore } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { failure } from "../../failure.ts";
import { race } from "../../race.ts";
import { aCommit, allDocuments, balances, put, type ReadModelContext, remove } from "./read-model-context.ts";

async function conflictOf(attempt: () => Promise<unknown>): Promise<Partial<CheckpointConflictError>> {
  const error = await failure(attempt);
  if (!(error instanceof CheckpointConflictError)) throw error;
  expect(error.message).toContain("balances");
  const { code, retryable, expected, actual } = error;
  return { code, retryable, expected, actual };
}

const conflict = (expected: bigint, actual: bigint) => ({
  code: "checkpoint-conflict",
  retryable: false,
  expected,
  actual,
});

/** Adds one to a document's count as often as asked, each time from the checkpoint that it finds. */
async function countUp(store: ReadModelStore, times: number): Promise<void> {
  let conflicts = 0;
  for (let done = 0; done < times; ) {
    const from = await store.checkpoint(balances);
    const document = (await store.getMany(balances, ["count"])).get("count");
    const writes = [
      put("count", { n: Number(document?.["n"] ?? 0) + 1 }),
      remove(`${from}`),
      put(`${from + 1n}`),
    ];
    try {
      await store.commit(aCommit({ from, to: from + 1n, writes }));
      done++;
    } catch (error) {
      if (!(error instanceof CheckpointConflictError)) throw error;
      expect(++conflicts).toBeLessThan(10_000);
    }
  }
}

export const movingCheckpoints: ContractArea<ReadModelContext> = contractArea(
  "moving checkpoints",
  (test) => {
    test("has the checkpoint 0 before the first commit, and then that of the last one", async ({
      store,
      peer,
    }) => {
      expect(await store.checkpoint(balances)).toBe(0n);
      await store.commit(aCommit({ to: 41n }));
      expect(await peer.checkpoint(balances)).toBe(41n);
      await peer.commit(aCommit({ from: 41n, to: nonceMax }));
      expect(await store.checkpoint(balances)).toBe(nonceMax);
    });

    test("refuses a commit from where the checkpoint is not, says where it is, and writes nothing", async ({
      store,
      peer,
    }) => {
      await store.commit(aCommit({ to: 5n, writes: [put("a", { n: 1 })] }));
      const parked = { name: "parked", version: 1 };
      const writes = [put("a", { n: 2 }), put("b"), put("c", {}, parked)];
      for (const from of [0n, 4n, 6n, nonceMax]) {
        expect(await conflictOf(() => peer.commit(aCommit({ from, to: nonceMax, writes })))).toEqual(
          conflict(from, 5n),
        );
        expect(
          await conflictOf(() => peer.commit(aCommit({ from, to: nonceMax, writes: [remove("a")] }))),
        ).toEqual(conflict(from, 5n));
      }
      expect(await store.checkpoint(balances)).toBe(5n);
      expect(await allDocuments(store)).toEqual({ a: { n: 1 } });
      expect(await allDocuments(store, parked)).toEqual({});
    });

    test("refuses a commit from a checkpoint when there is none", async ({ store }) => {
      const writes = [put("a")];
      expect(await conflictOf(() => store.commit(aCommit({ from: 3n, to: 4n, writes })))).toEqual(
        conflict(3n, 0n),
      );
      expect(await allDocuments(store)).toEqual({});
      expect(await store.checkpoint(balances)).toBe(0n);
    });

    test("takes a commit that leaves the checkpoint where it is, at 0 also", async ({ store }) => {
      await store.commit(aCommit({ from: 0n, to: 0n, writes: [put("a")] }));
      await store.commit(aCommit({ from: 0n, to: 0n, writes: [put("b")] }));
      await store.commit(aCommit({ from: 0n, to: 2n }));
      await store.commit(aCommit({ from: 2n, to: 2n, writes: [remove("a")] }));
      expect(await store.checkpoint(balances)).toBe(2n);
      expect(await allDocuments(store)).toEqual({ b: {} });
    });

    test("keeps a checkpoint for each partition; the one of number 0 is meant when none is named", async ({
      store,
    }) => {
      await store.commit(aCommit({ checkpoint: { ...balances, partition: 1 }, to: 7n, writes: [put("b")] }));
      await store.commit(aCommit({ checkpoint: { ...balances, partition: 0 }, to: 3n, writes: [put("a")] }));
      expect(await store.checkpoint(balances)).toBe(3n);
      expect(await store.checkpoint({ ...balances, partition: 1 })).toBe(7n);
      expect(await store.checkpoint({ ...balances, partition: 2 })).toBe(0n);
      expect(await allDocuments(store)).toEqual({ a: {}, b: {} });
    });

    test("lets one of many first commits win that come at once, and none of the others write", async ({
      store,
      peer,
    }) => {
      const { won, lost } = await race(12, async (i) => {
        await (i % 2 === 0 ? store : peer).commit(
          aCommit({ to: BigInt(i + 1), writes: [put("by", { i }), put(`of ${i}`)] }),
        );
      });
      expect(won.length).toBe(1);
      const winner = won[0]!.index;
      expect(await allDocuments(store)).toEqual({ by: { i: winner }, [`of ${winner}`]: {} });
      expect(await store.checkpoint(balances)).toBe(BigInt(winner + 1));
      for (const { error } of lost) expect(error).toMatchObject({ ...conflict(0n, BigInt(winner + 1)) });
    });

    test("lets one of many commits win that start from the same checkpoint at once", async ({
      store,
      peer,
    }) => {
      await store.commit(aCommit({ to: 10n, writes: [put("by")] }));
      const { won, lost } = await race(12, async (i) => {
        const writes = i % 3 === 0 ? [remove("by"), put("removed by", { i })] : [put("by", { i })];
        await (i % 2 === 0 ? store : peer).commit(aCommit({ from: 10n, to: 11n, writes }));
      });
      expect(won.length).toBe(1);
      const i = won[0]!.index;
      expect(await allDocuments(peer)).toEqual(i % 3 === 0 ? { "removed by": { i } } : { by: { i } });
      for (const { error } of lost) expect(error).toMatchObject(conflict(10n, 11n));
    });

    test("loses no update among runners that race, and applies none twice", async ({ store, peer }) => {
      await Promise.all([store, peer, store, peer].map((each) => countUp(each, 15)));
      expect(await store.checkpoint(balances)).toBe(60n);
      expect(await allDocuments(store)).toEqual({ count: { n: 60 }, "60": {} });
    });

    test("shows each commit whole or not at all", async ({ store, peer }) => {
      let isDone = false;
      const writing = (async () => {
        for (let n = 0n; n < 40n; n++) {
          const document = { n: Number(n) };
          await store.commit(
            aCommit({ from: n, to: n + 1n, writes: [put("a", document), put("b", document)] }),
          );
        }
      })().finally(() => {
        isDone = true;
      });
      while (!isDone) {
        const found = await peer.getMany(balances, ["a", "b"]);
        expect(found.get("a")).toEqual(found.get("b"));
        // A store that answers at once would leave the writer no turn.
        await setImmediate();
      }
      await writing;
      expect(await peer.getMany(balances, ["b"])).toEqual(new Map([["b", { n: 39 }]]));
    });

    test("removes what another commit has written a moment before, which left the checkpoint where it was", async ({
      store,
      peer,
    }) => {
      for (let round = 0n; round < 20n; round++) {
        const putting = store.commit(
          aCommit({ from: round, to: round, writes: [put("a", { round: Number(round) })] }),
        );
        const removing = peer.commit(aCommit({ from: round, to: round + 1n, writes: [remove("a")] }));
        const isPut = await putting.then(
          () => true,
          () => false,
        );
        await removing;
        // When the first one was not too late, it came first.
        if (isPut) expect(await allDocuments(store)).toEqual({});
      }
    });
  },
);
