// For tests of applications, under any test runner: nothing here needs vitest.

export {
  type InjectedFault,
  type UnreliableStore,
  type UnreliableStoreOptions,
  unreliableStore,
} from "./faults/unreliable-store.ts";
export { given } from "./given-when-then/given.ts";
export type { AggregateOutcome, GivenAggregate } from "./given-when-then/given-aggregate.ts";
export type { GivenProcess, ProcessReaction } from "./given-when-then/given-process.ts";
export type {
  DocumentsByKey,
  FoldedDocuments,
  GivenDocuments,
} from "./given-when-then/given-projection.ts";
export {
  type GoldenEvent,
  type GoldenStream,
  goldenStream,
} from "./given-when-then/golden/golden-stream.ts";
export { replayGolden } from "./given-when-then/golden/replay-golden.ts";
export { type History, happened } from "./given-when-then/happened.ts";
export type { GivenHistories, OutcomeOfSeveral } from "./given-when-then/outcome-of-several.ts";
export { commandRejected, timerFired } from "./given-when-then/process-happened.ts";
export { ScenarioFailure } from "./given-when-then/scenario-failure.ts";
