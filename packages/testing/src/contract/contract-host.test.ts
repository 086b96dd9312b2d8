import type { EventStoreBackend } from "@leftfold/core";
import { expect, test } from "vitest";
import { referenceBackend } from "../reference/reference-backend.ts";
import { backendsOf, contractSettings, disposeBackends } from "./contract-backend.ts";
import { ContractHost } from "./contract-host.ts";

/** A backend that notes when it is disposed. */
function noted(name: string, disposals: string[]): EventStoreBackend {
  const { tenant } = referenceBackend();
  return { tenant, [Symbol.asyncDispose]: async () => void disposals.push(name) };
}

const settings = contractSettings({
  name: "a store",
  makeBackend: async () => [referenceBackend()],
  seed: 42,
});

test("disposes the backends, the last one first, and then what came with them", async () => {
  const disposals: string[] = [];
  const [backend, peer] = [noted("backend", disposals), noted("peer", disposals)];
  const rest = async () => void disposals.push("rest");
  await disposeBackends({ backend, peer, [Symbol.asyncDispose]: rest });
  await disposeBackends([backend, peer]);
  await disposeBackends({ backend });
  expect(disposals).toEqual(["peer", "backend", "rest", "peer", "backend", "backend"]);
  expect(backendsOf([backend, peer])).toEqual(backendsOf({ backend, peer }));
});

test("gives each run of a test a tenant of its own, and the same draws for the same seed", async () => {
  const host = await ContractHost.open(settings);
  const seen: [string, number][] = [];
  const run = async ({ tenantId, random }: { tenantId: string; random: { below(n: number): number } }) => {
    seen.push([tenantId, random.below(1_000_000)]);
  };
  await host.run({ name: "a", run });
  await host.run({ name: "b", run });
  await host[Symbol.asyncDispose]();
  expect(seen[0]?.[0]).not.toBe(seen[1]?.[0]);
  expect(seen[0]?.[1]).toBe(seen[1]?.[1]);
});

test("tells the seed with a failure, also when cleaning up fails as well", async () => {
  const host = await ContractHost.open(settings);
  const run = async ({ freshBackends }: { freshBackends: () => Promise<readonly EventStoreBackend[]> }) => {
    const [backend] = await freshBackends();
    backend![Symbol.asyncDispose] = () => Promise.reject(new Error("not this one"));
    throw new Error("this one");
  };
  await expect(host.run({ name: "a", run })).rejects.toThrow(/this one\n\(seed 42\)/);
  await expect(host.run({ name: "b", run: () => Promise.reject("no error at all") })).rejects.toBe(
    "no error at all",
  );
});
