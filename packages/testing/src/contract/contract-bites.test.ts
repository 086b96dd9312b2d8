import type { EventStoreBackend } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import * as append from "../faults/append-faults.ts";
import * as delivery from "../faults/delivery-faults.ts";
import { type Fault, faultyBackend } from "../faults/faulty-backend.ts";
import * as reading from "../faults/reading-faults.ts";
import { referenceBackend } from "../reference/reference-backend.ts";
import { appendAtomicity } from "./areas/append-atomicity.ts";
import { appendConditions } from "./areas/append-conditions.ts";
import { appendExpectations } from "./areas/append-expectations.ts";
import { appendIdempotency } from "./areas/append-idempotency.ts";
import { appendLimits } from "./areas/append-limits.ts";
import { appendRecording } from "./areas/append-recording.ts";
import { cancellation } from "./areas/cancellation.ts";
import { concurrentAppends } from "./areas/concurrent-appends.ts";
import { concurrentConsistency } from "./areas/concurrent-consistency.ts";
import { lifecycle } from "./areas/lifecycle.ts";
import { queries } from "./areas/queries.ts";
import { readAll } from "./areas/read-all.ts";
import { readStream } from "./areas/read-stream.ts";
import { subscribeLive } from "./areas/subscribe-live.ts";
import { subscribeReplay } from "./areas/subscribe-replay.ts";
import { tenancy } from "./areas/tenancy.ts";
import type { ContractArea } from "./contract-area.ts";
import { contractSettings } from "./contract-backend.ts";
import { ContractHost } from "./contract-host.ts";

/** How the first test of an area that does not pass ends: it fails, or waits for what never comes. */
async function firstFailure(
  area: ContractArea,
  makeBackend: () => EventStoreBackend,
  waitMsMax = 20_000,
): Promise<"failed" | "waits" | undefined> {
  const settings = contractSettings({ name: "a bug", makeBackend: async () => [makeBackend()], seed: 1 });
  const host = await ContractHost.open(settings);
  try {
    for (const contractTest of area.tests) {
      const ending = await endingOf(host.run(contractTest), waitMsMax);
      if (ending !== "passed") return ending;
    }
    return undefined;
  } finally {
    await host[Symbol.asyncDispose]();
  }
}

async function endingOf(running: Promise<void>, waitMsMax: number): Promise<"passed" | "failed" | "waits"> {
  const settled = running.then(
    () => "passed" as const,
    () => "failed" as const,
  );
  const { promise, resolve } = Promise.withResolvers<"waits">();
  const timer = setTimeout(resolve, waitMsMax, "waits");
  return Promise.race([settled, promise]).finally(() => clearTimeout(timer));
}

const reference = (): EventStoreBackend => referenceBackend({ heartbeatMs: 20 });

/** One log for all tenants. */
function mixesTenants(): EventStoreBackend {
  const backend = reference();
  return {
    tenant: () => backend.tenant("all of them"),
    [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
  };
}

/** A backend that goes on after it was disposed. */
function outlivesItsEnd(): EventStoreBackend {
  return { tenant: reference().tenant, [Symbol.asyncDispose]: async () => {} };
}

/** The bug spares the first occasion, so that it is not the first call that gives it away. */
const later = { when: (occasion: number) => occasion > 1 };

const faults: readonly (readonly [string, Fault, ContractArea])[] = [
  ["acknowledges without recording", append.acknowledgesWithoutRecording, appendExpectations],
  ["ignores expectations", append.ignoresExpectations, appendExpectations],
  ["ignores expectations under contention", append.ignoresExpectations, concurrentConsistency],
  ["records what it rejects", append.recordsWhatItRejects, appendAtomicity],
  ["records what it rejects in a race", append.recordsWhatItRejects, concurrentAppends],
  ["records half an append", append.recordsHalfAnAppend, appendAtomicity],
  ["names one violation of several", append.namesOneViolationOnly, appendAtomicity],
  ["forgets idempotency keys", append.forgetsKeys, appendIdempotency],
  ["forgets idempotency keys in a race", append.forgetsKeys, concurrentAppends],
  ["ignores conditions", append.ignoresConditions, appendConditions],
  ["ignores conditions in a race", append.ignoresConditions, concurrentAppends],
  ["cuts what is too long instead of rejecting it", append.cutsToTheLimit, appendLimits],
  ["forgets metadata", reading.forgetsMetadata, appendRecording],
  ["skips an event of a read", reading.skipsAnEvent, readAll],
  ["skips an event of a stream", reading.skipsAnEvent, readStream],
  ["reads the log forwards only", reading.readsForwardsOnly, readAll],
  ["reads a stream forwards only", reading.readsForwardsOnly, readStream],
  ["ignores queries", reading.ignoresQueries, queries],
  ["answers with an old head", reading.answersFromYesterday, concurrentConsistency],
  ["ignores signals", reading.ignoresSignals, cancellation],
  ["loses an event of history", delivery.losesAnEvent, subscribeReplay],
  ["loses the first live event", delivery.losesAnEventAtTheHandover, subscribeLive],
  ["delivers twice", delivery.deliversTwice, subscribeReplay],
  ["swaps events", delivery.swapsTwoEvents, subscribeReplay],
  ["mixes up payloads", delivery.mixesUpPayloads, subscribeReplay],
  ["claims by a checkpoint what it has not delivered", delivery.claimsTooMuch, subscribeReplay],
];

describe("the contract", () => {
  test("finds nothing in a store without a bug, wrapped as those with one are", async () => {
    for (const area of [appendExpectations, appendIdempotency, subscribeReplay, tenancy, lifecycle]) {
      expect(await firstFailure(area, () => faultyBackend(reference(), () => ({})))).toBeUndefined();
    }
  });

  for (const [words, fault, area] of faults) {
    test(`finds by "${area.name}" that a store ${words}`, async () => {
      expect(await firstFailure(area, () => faultyBackend(reference(), fault, later))).toBe("failed");
    });
  }

  test("waits in vain for the heartbeat that a store does not send", async () => {
    const backend = () => faultyBackend(reference(), delivery.staysSilent);
    expect(await firstFailure(subscribeLive, backend, 1_000)).toBe("waits");
  });

  test("finds that a store mixes tenants", async () => {
    expect(await firstFailure(tenancy, mixesTenants)).toBe("failed");
  });

  test("finds that a store outlives its end", async () => {
    expect(await firstFailure(lifecycle, outlivesItsEnd)).toBe("failed");
  });
});
