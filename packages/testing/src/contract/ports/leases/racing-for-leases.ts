import type { Lease } from "@leftfold/core";
import { expect } from "vitest";
import { type ContractArea, contractArea } from "../../contract-area.ts";
import { race } from "../../race.ts";
import { given, type LeaseContext, longMs, takeAndLetEnd } from "./lease-context.ts";

const durationMs = longMs;

/** So many owners ask for a lease at once, through every handle; gives what they got. */
async function ask(
  { store, peer }: LeaseContext,
  name: string,
  owners: number,
): Promise<(Lease | undefined)[]> {
  const { won, lost } = await race(owners, (index) =>
    (index % 2 === 0 ? store : peer).acquire({ name, owner: `owner ${index}`, durationMs }),
  );
  expect(lost).toEqual([]);
  return won.map(({ result }) => result);
}

export const racingForLeases: ContractArea<LeaseContext> = contractArea("racing for leases", (test) => {
  test("gives a lease that many ask for at once to one of them", async (context) => {
    for (let round = 0; round < 10; round++) {
      const leases = (await ask(context, `n${round}`, 16)).filter((lease) => lease !== undefined);
      expect(leases).toHaveLength(1);
      expect(await context.store.list(`n${round}`)).toEqual(leases);
    }
  });

  test("gives a lease that has ended to one of many, and under one larger token", async (context) => {
    for (let round = 0; round < 3; round++) {
      const ended = await takeAndLetEnd(context, `n${round}`, "ann");
      const leases = (await ask(context, `n${round}`, 16)).filter((lease) => lease !== undefined);
      expect(leases).toHaveLength(1);
      expect(leases[0]?.token).toBeGreaterThan(ended.token);
    }
  });

  test("gives an owner that asks many times at once one token", async ({ store, peer }) => {
    const { won } = await race(16, (index) =>
      (index % 2 === 0 ? store : peer).acquire({ name: "n", owner: "ann", durationMs }),
    );
    expect(new Set(won.map(({ result }) => result?.token)).size).toBe(1);
    expect(won).toHaveLength(16);
  });

  test("lets a lease be given up once, however often that is asked at once", async ({ store, peer }) => {
    const lease = await given(store.acquire({ name: "n", owner: "ann", durationMs }));
    const { won } = await race(16, (index) => (index % 2 === 0 ? store : peer).release(lease));
    expect(won.filter(({ result }) => result)).toHaveLength(1);
  });

  test("never has two owners at once, and hands out tokens in the order of ownership", async (context) => {
    const { store, peer } = context;
    const tokens: bigint[] = [];
    let inside = 0;
    const { lost } = await race(6, async (index) => {
      const handle = index % 2 === 0 ? store : peer;
      for (let turns = 0; turns < 5; ) {
        const lease = await handle.acquire({ name: "n", owner: `owner ${index}`, durationMs });
        // Whoever came too late looks again, after the others had their turn.
        if (lease === undefined) await new Promise((resolve) => setImmediate(resolve));
        else {
          expect(++inside).toBe(1);
          tokens.push(lease.token);
          await store.list("n");
          expect(--inside).toBe(0);
          expect(await handle.release(lease)).toBe(true);
          turns++;
        }
      }
    });
    expect(lost).toEqual([]);
    expect(tokens).toHaveLength(30);
    expect(tokens.every((token, i) => i === 0 || token > tokens[i - 1]!)).toBe(true);
  });
});
