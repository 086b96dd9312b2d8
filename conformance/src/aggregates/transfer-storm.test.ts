import { memoryBackend } from "@leftfold/backend-memory";
import type { EventStore } from "@leftfold/core";
import { type Fault, faultyBackend, ignoresExpectations, recordsHalfAnAppend } from "@leftfold/testing";
import { expect, test } from "vitest";
import { initialTotal, transferStorm } from "./transfer-storm.ts";

function clientsOf(fault: Fault): EventStore[] {
  const backend = faultyBackend(memoryBackend(), fault);
  return Array.from({ length: 32 }, () => backend.tenant("bank"));
}

test("the storm finds a store that records half a transfer", async () => {
  const { brokenPrefixes, total } = await transferStorm(clientsOf(recordsHalfAnAppend));
  expect(brokenPrefixes.length).toBeGreaterThan(0);
  expect(total).not.toBe(initialTotal);
});

test("the storm finds a store that lets a transfer be decided on what is no longer so", async () => {
  const { brokenPrefixes } = await transferStorm(clientsOf(ignoresExpectations));
  expect(brokenPrefixes.length).toBeGreaterThan(0);
});
