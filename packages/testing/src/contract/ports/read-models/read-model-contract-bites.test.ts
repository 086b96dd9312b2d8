import type { ReadModelStore } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import { brokenReadModels, hastyReadModels } from "../../../reference/broken-read-models.ts";
import {
  type ReadModelRoom,
  type ReadModelRules,
  referenceReadModels,
} from "../../../reference/reference-read-models.ts";
import { type PortStores, runOverStores } from "../port-stores.ts";
import { readModelAreas, readModelStoreContract } from "./read-model-store-contract.ts";

function stores(broken: Partial<ReadModelRules> = {}): PortStores<ReadModelStore> {
  const room: ReadModelRoom = { documents: new Map(), checkpoints: new Map(), active: new Map() };
  const open = (tenant: string): ReadModelStore => referenceReadModels(room, tenant, broken);
  return { store: open("t"), peer: open("t"), otherTenant: open("other") };
}

readModelStoreContract({ name: "the reference store", makeStores: async () => stores() });

/** Which sentences of the contract do not hold. */
async function brokenSentences(broken: Partial<ReadModelRules>): Promise<string> {
  const names: string[] = [];
  for (const { name: area, tests } of readModelAreas) {
    if (area === "invalid requests" || area === "calls and their end") continue;
    for (const { name, run } of tests) {
      await runOverStores<ReadModelStore, PortStores<ReadModelStore>>(stores(broken), run).catch(() => {
        names.push(name);
      });
    }
  }
  return names.join("\n");
}

const sentences: Readonly<Record<string, RegExp>> = {
  "takes commits from anywhere": /refuses a commit from where/,
  "takes commits from any checkpoint that is past": /same checkpoint at once/,
  "lets others in between the look and the write": /first commits win(.*\n)*.*loses no update/,
  "knows one partition only": /for each partition/,
  "mixes tenants": /keeps tenants/,
  "mixes versions": /keeps tenants, names and versions/,
  "goes back to lower versions": /never go back/,
  "drops documents only": /dropped with documents/,
  "drops checkpoints only": /dropped with documents/,
  "takes ne for there being another value": /ne finds what eq does not/,
  "takes lte for lt": /lte finds the number itself/,
  "takes a prefix for a part": /prefix finds texts that begin so/,
  "orders keys by UTF-16 units": /orders by key/,
  "forgets the key where values are alike": /pages through all/,
  "puts missing values last only": /puts missing ones first/,
};

describe("the ReadModelStore contract finds a store that", () => {
  const hasty = { "lets others in between the look and the write": hastyReadModels };
  test.each(Object.entries({ ...brokenReadModels, ...hasty }))("%s", async (name, rules) => {
    expect(await brokenSentences(rules)).toMatch(sentences[name]!);
  });
});
