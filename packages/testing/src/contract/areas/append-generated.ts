import { type AppendRequest, defaultLimits } from "@leftfold/core";
import fc from "fast-check";
import { expect } from "vitest";
import { arbitraryAppendRequest } from "../../arbitraries/appends.ts";
import { anyNames, fewNames, type NameSource } from "../../arbitraries/names.ts";
import { ReferenceLog } from "../../reference/reference-log.ts";
import { type ContractArea, contractArea } from "../contract-area.ts";
import type { ContractContext } from "../contract-context.ts";
import { eventEssence } from "../event-essence.ts";
import { outcomeOf } from "../outcome.ts";
import { wholeLog } from "../shorthand.ts";

const appends = 200;

export const appendGenerated: ContractArea = contractArea("append: generated", (test) => {
  test("answers appends whose names meet as the reference does, and records the same", async (context) => {
    await agreeWithReference(context, fewNames());
  });

  test("answers appends with any names as the reference does, and records the same", async (context) => {
    await agreeWithReference(context, anyNames());
  });
});

/** Sends generated appends to the store and to a plain list that keeps the contract, one after another. */
async function agreeWithReference(context: ContractContext, names: NameSource): Promise<void> {
  const { store, tenantId, random } = context;
  const reference = new ReferenceLog(tenantId, defaultLimits);
  const seed = random.below(2 ** 31);
  const requests = fc.sample(arbitraryAppendRequest(names), { numRuns: appends, seed });
  for (const [i, generated] of requests.entries()) {
    // Now and then an earlier one comes again.
    const request = random.chance(0.15) ? random.pick(requests.slice(0, i + 1)) : generated;
    const expected = await outcomeOf(async () => reference.append(request));
    expect(await outcomeOf(() => store.append(request)), show(request)).toEqual(expected);
  }
  expect((await wholeLog(store)).map(eventEssence)).toEqual(reference.events.map(eventEssence));
}

function show(request: AppendRequest): string {
  const replacer = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}n` : value);
  return JSON.stringify(request, replacer).slice(0, 2_000);
}
