import type { EventStoreBackend } from "@leftfold/core";
import { describe, expect, test } from "vitest";
import * as append from "../../faults/append-faults.ts";
import * as delivery from "../../faults/delivery-faults.ts";
import { type Fault, faultyBackend } from "../../faults/faulty-backend.ts";
import * as reading from "../../faults/reading-faults.ts";
import { referenceBackend } from "../../reference/reference-backend.ts";
import { LockstepFailure } from "../lockstep-failure.ts";
import type { LockstepOptions } from "../lockstep-options.ts";
import { eventStoreLockstep } from "./event-store-lockstep.ts";

const reference = (): EventStoreBackend => referenceBackend({ heartbeatMs: 5 });

function inLockstep(makeBackend: () => EventStoreBackend, options: LockstepOptions = {}) {
  return eventStoreLockstep({
    implementations: [{ name: "the store", makeBackend: async () => [makeBackend()] }],
    ...options,
  });
}

async function failureOf(fault: Fault, options: LockstepOptions = {}): Promise<LockstepFailure> {
  // Shorter sequences are made short sooner, and a seed that never changes finds a bug as soon each time.
  const settings = { seed: 1, runs: 400, commandsMax: 15, ...options };
  const running = inLockstep(() => faultyBackend(reference(), fault), settings);
  const error = await running.then(
    () => expect.fail("It should have been found."),
    (reason: unknown) => reason,
  );
  if (!(error instanceof LockstepFailure)) throw error;
  return error;
}

test("lets a store go that does as the model does, and tells what was done", async () => {
  const report = await inLockstep(reference, { runs: 20, seed: 7 });
  expect(report).toMatchObject({ seed: 7, sequences: 20 });
  expect(report.commands).toBeGreaterThan(100);
  expect(await inLockstep(reference, { runs: 20, seed: 7 })).toEqual(report);
});

describe("finds, and shows by a short sequence, a store that", () => {
  const faults: readonly (readonly [string, Fault])[] = [
    ["acknowledges without recording", append.acknowledgesWithoutRecording],
    ["ignores expectations", append.ignoresExpectations],
    ["records what it rejects", append.recordsWhatItRejects],
    ["ignores conditions", append.ignoresConditions],
    ["forgets keys", append.forgetsKeys],
    ["records half an append", append.recordsHalfAnAppend],
    ["cuts to the limit", append.cutsToTheLimit],
    ["names one violation only", append.namesOneViolationOnly],
    ["loses an event at the handover", delivery.losesAnEventAtTheHandover],
    ["loses an event", delivery.losesAnEvent],
    ["delivers twice", delivery.deliversTwice],
    ["swaps two events", delivery.swapsTwoEvents],
    ["mixes up payloads", delivery.mixesUpPayloads],
    ["claims too much", delivery.claimsTooMuch],
    ["skips an event", reading.skipsAnEvent],
    ["reads forwards only", reading.readsForwardsOnly],
    ["ignores queries", reading.ignoresQueries],
    ["forgets metadata", reading.forgetsMetadata],
    ["ignores signals", reading.ignoresSignals],
    ["answers from yesterday", reading.answersFromYesterday],
  ];
  test.each(faults)("%s", async (_, fault) => {
    const failure = await failureOf(fault);
    expect(failure.implementation).toBe("the store");
    // Of these the last ones only look: at each subscription, and at each of three tenants.
    expect(failure.actions.length).toBeLessThanOrEqual(8);
  });

  test("stays silent", async () => {
    const failure = await failureOf(delivery.staysSilent, { answerMsMax: 200, shrinkMsMax: 2_000 });
    expect(failure.message).toContain("no answer within 200 ms");
  });

  test("mixes tenants", async () => {
    const backend = reference();
    const mixing: EventStoreBackend = {
      tenant: () => backend.tenant("all of them"),
      [Symbol.asyncDispose]: () => backend[Symbol.asyncDispose](),
    };
    await expect(inLockstep(() => mixing)).rejects.toBeInstanceOf(LockstepFailure);
  });

  test("changes what it has recorded", async () => {
    let reads = 0;
    const forgetful: Fault = (store) => ({
      async *readAll(request, options) {
        reads++;
        for await (const event of store.readAll(request, options)) {
          yield {
            ...event,
            recordedAt: new Date(event.recordedAt.getTime() + (event.occurredAt ? reads : 0)),
          };
        }
      },
    });
    expect((await failureOf(forgetful)).message).toMatch(/before, and is|occurredAt/);
  });
});

test("tells what shows the difference again, by seed and path", async () => {
  const first = await failureOf(append.ignoresConditions);
  const { seed, path, actions, message } = first;
  expect(message).toContain(`seed ${seed}, path "${path}"`);
  const again = await failureOf(append.ignoresConditions, { seed, path, runs: 1 });
  expect(again.actions).toEqual(actions);
});

test("passes on what fails without being a difference", async () => {
  const broken: EventStoreBackend = {
    tenant: () => {
      throw new Error("there are no tenants");
    },
    async [Symbol.asyncDispose]() {},
  };
  await expect(inLockstep(() => broken, { runs: 1 })).rejects.toThrow("there are no tenants");
});
