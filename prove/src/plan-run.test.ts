import { describe, expect, test } from "vitest";
import type { Fault } from "./fault.ts";
import { allFaults } from "./faults/all.ts";
import { planRun } from "./plan-run.ts";
import { straightWay } from "./world/way.ts";

const seeds = Array.from({ length: 300 }, (_, i) => 5_000 + i);

function aFault(name: string, fields: Partial<Fault> = {}): Fault {
  const inject = async () => ({ note: name, heal: async () => {} });
  return { name, summary: name, applies: () => true, inject, ...fields };
}

/** A plan without the functions that it may have, which are others each time. */
function planned(seed: number, faults: readonly Fault[]): string {
  return JSON.stringify(planRun(seed, faults));
}

describe("the plan of a run", () => {
  test("is the same for the same seed", () => {
    for (const seed of seeds) expect(planned(seed, allFaults)).toBe(planned(seed, allFaults));
    expect(planned(1, allFaults)).not.toBe(planned(2, allFaults));
  });

  test("is the same from only the faults that it has", () => {
    for (const seed of seeds) {
      const faults = planRun(seed, allFaults).strikes.map(({ fault }) => fault);
      expect(planned(seed, faults)).toBe(planned(seed, allFaults));
    }
  });

  test("gives every fault its share, alone and mixed, in shapes that it applies to", () => {
    const plans = seeds.map((seed) => planRun(seed, allFaults));
    for (const { shape, strikes } of plans) {
      expect(strikes.every(({ fault }) => fault.applies(shape))).toBe(true);
      expect(new Set(strikes.map(({ fault }) => fault.name)).size).toBe(strikes.length);
    }
    for (const fault of allFaults) {
      const own = plans.filter(({ strikes }) => strikes.some((strike) => strike.fault === fault));
      expect(own.length, fault.name).toBeGreaterThan(15);
      expect(own.filter(({ strikes }) => strikes.length === 1).length, fault.name).toBeGreaterThan(5);
    }
    expect(new Set(plans.map(({ shape }) => shape.servers))).toEqual(new Set([1, 2, 3]));
  });

  test("joins what its faults need, and leaves out a fault whose needs clash with another's", () => {
    const flags = ["--flag"];
    const one = aFault("one", { needs: { serverFlags: flags } });
    const other = aFault("other", { needs: { openWay: straightWay } });
    const clashing = aFault("clashing", { needs: { serverFlags: ["--other"] } });
    const both = seeds.map((seed) => planRun(seed, [one, other])).find(({ strikes }) => strikes.length === 2);
    expect(both?.needs).toEqual({ serverFlags: flags, openWay: straightWay });
    for (const seed of seeds) expect(planRun(seed, [one, clashing]).strikes).toHaveLength(1);
  });

  test("cannot be made without a fault that applies", () => {
    expect(() => planRun(1, [])).toThrow(/no fault/);
    expect(() => planRun(1, [aFault("never", { applies: () => false })])).toThrow(/never applies to none/);
  });
});
