// What generated tests are made of.
export {
  arbitraryAggregateAppend,
  arbitraryAppendCondition,
  arbitraryAppendRequest,
  arbitraryExpectedNonce,
} from "./arbitraries/appends.ts";
export {
  arbitraryEventId,
  arbitraryMetadata,
  arbitraryPayload,
  arbitraryProposedEvent,
  arbitraryTime,
} from "./arbitraries/events.ts";
export { anyNames, arbitraryName, fewNames, type NameSource } from "./arbitraries/names.ts";
export {
  arbitraryEventQuery,
  arbitraryEventQueryItem,
  arbitraryReadAllRequest,
  arbitraryReadStreamRequest,
  arbitrarySubscribeRequest,
} from "./arbitraries/queries.ts";
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
export { freshSeed, SeededRandom } from "./builders/seeded-random.ts";
export type {
  ContractBackend,
  ContractBackendWithPeer,
  EventStoreContractOptions,
} from "./contract/contract-backend.ts";
export { eventStoreContract } from "./contract/event-store-contract.ts";
