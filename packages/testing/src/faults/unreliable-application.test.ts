import { defineAggregate, eventTypes, repository } from "@leftfold/event-sourcing";
import { expect, test } from "vitest";
import { referenceBackend } from "../reference/reference-backend.ts";
import { unreliableStore } from "./unreliable-store.ts";

const Counter = defineAggregate({
  type: "Counter",
  events: eventTypes<{ Counted: { by: number } }>(),
  initial: { count: 0 },
  evolve: { Counted: ({ count }, { by }) => ({ count: count + by }) },
  commands: { count: (_, by: number) => ({ type: "Counted", data: { by } }) },
});

test("a repository counts each command once over an unreliable store, with many writers at once", async () => {
  const sound = referenceBackend().tenant("t");
  const store = unreliableStore(sound, { seed: 7, faultsInARowMax: 2, delayMsMax: 1 });
  const counters = repository(store, Counter, { retry: { attemptsMax: 50, baseDelayMs: 0, delayMaxMs: 1 } });
  await Promise.all(
    Array.from({ length: 4 }, async (_, writer) => {
      for (let i = 0; i < 15; i++) await counters.at(`c${writer % 2}`).count(1);
    }),
  );
  const { load } = repository(sound, Counter);
  expect([(await load("c0")).state, (await load("c1")).state]).toEqual([{ count: 30 }, { count: 30 }]);
  expect(new Set(store.faults)).toContain("failure after");
});
