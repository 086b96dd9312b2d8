// For tests of applications, whatever runs them: scenarios of definitions, golden streams, an unreliable store.
export {
  type AggregateOutcome,
  commandRejected,
  type DocumentsByKey,
  type FoldedDocuments,
  type GivenAggregate,
  type GivenDocuments,
  type GivenHistories,
  type GivenProcess,
  type GoldenEvent,
  type GoldenStream,
  given,
  goldenStream,
  happened,
  type History,
  type InjectedFault,
  type OutcomeOfSeveral,
  type ProcessReaction,
  replayGolden,
  timerFired,
  ScenarioFailure,
  type UnreliableStore,
  type UnreliableStoreOptions,
  unreliableStore,
} from "./scenarios.ts";
// A load under which a store has to keep its word, and bugs to see that a test finds them.
export { storm } from "./storm/storm.ts";
export type { StormOptions, StormReport } from "./storm/storm-options.ts";
export { StormViolation } from "./storm/storm-violation.ts";
export { type Fault, faultyBackend, type FaultyBackendOptions } from "./faults/faulty-backend.ts";
export {
  acknowledgesWithoutRecording,
  cutsToTheLimit,
  forgetsKeys,
  ignoresConditions,
  ignoresExpectations,
  namesOneViolationOnly,
  recordsHalfAnAppend,
  recordsWhatItRejects,
} from "./faults/append-faults.ts";
export {
  claimsTooMuch,
  deliversTwice,
  losesAnEvent,
  losesAnEventAtTheHandover,
  mixesUpPayloads,
  staysSilent,
  swapsTwoEvents,
} from "./faults/delivery-faults.ts";
export {
  answersFromYesterday,
  forgetsMetadata,
  ignoresQueries,
  ignoresSignals,
  readsForwardsOnly,
  skipsAnEvent,
} from "./faults/reading-faults.ts";
// Generated commands, done with implementations and with a model of the contract side by side.
export {
  type EventStoreInLockstep,
  eventStoreLockstep,
  type EventStoreLockstepOptions,
} from "./lockstep/event-store/event-store-lockstep.ts";
export {
  readModelStoreLockstep,
  type ReadModelStoreLockstepOptions,
} from "./lockstep/read-models/read-model-store-lockstep.ts";
export {
  snapshotStoreLockstep,
  type SnapshotStoreLockstepOptions,
} from "./lockstep/snapshots/snapshot-store-lockstep.ts";
export {
  type LeasesInLockstep,
  leaseStoreLockstep,
  type LeaseStoreLockstepOptions,
  type TenantLeases,
} from "./lockstep/leases/lease-store-lockstep.ts";
export type { PortInLockstep } from "./lockstep/tenant-stores.ts";
export { LockstepFailure } from "./lockstep/lockstep-failure.ts";
export type { LockstepOptions, LockstepReport } from "./lockstep/lockstep-options.ts";
// What generated tests are made of.
export {
  arbitraryAggregateAppend,
  arbitraryAppendCondition,
  arbitraryAppendRequest,
  arbitraryExpectedNonce,
} from "./arbitraries/appends.ts";
export {
  arbitraryMetadata,
  arbitraryPayload,
  arbitraryProposedEvent,
  arbitraryTime,
} from "./arbitraries/events.ts";
export { anyNames, arbitraryName, fewNames, meetingNames, type NameSource } from "./arbitraries/names.ts";
export {
  arbitraryEventQuery,
  arbitraryEventQueryItem,
  arbitraryReadAllRequest,
  arbitraryReadStreamRequest,
  arbitrarySubscribeRequest,
} from "./arbitraries/queries.ts";
export {
  arbitraryDocument,
  arbitraryPath,
  arbitraryReadModelFilter,
  arbitraryReadModelOrders,
  arbitraryScalar,
} from "./arbitraries/read-models.ts";
export { pagesOf } from "./contract/ports/read-models/pages-of.ts";
export { collect, takeUntil } from "./builders/collect.ts";
export {
  anAggregate,
  anAppend,
  anEvent,
  noneOf,
  someEvents,
  uniqueEventId,
  uniqueTenant,
} from "./builders/events.ts";
export { aRecordedEvent } from "./builders/recorded-event.ts";
export { freshSeed, SeededRandom } from "./builders/seeded-random.ts";
export type {
  ContractBackend,
  ContractBackendWithPeer,
  EventStoreContractOptions,
} from "./contract/contract-backend.ts";
export { eventStoreContract } from "./contract/event-store-contract.ts";
export type { LeaseStores } from "./contract/ports/leases/lease-context.ts";
export {
  leaseStoreContract,
  type LeaseStoreContractOptions,
} from "./contract/ports/leases/lease-store-contract.ts";
export type { PortStores } from "./contract/ports/port-stores.ts";
export {
  snapshotStoreContract,
  type SnapshotStoreContractOptions,
} from "./contract/ports/snapshots/snapshot-store-contract.ts";
export {
  readModelStoreContract,
  type ReadModelStoreContractOptions,
} from "./contract/ports/read-models/read-model-store-contract.ts";
