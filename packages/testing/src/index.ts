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
