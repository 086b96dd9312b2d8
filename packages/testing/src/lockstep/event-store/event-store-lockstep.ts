import { backendsOf, type ContractBackend, disposeBackends } from "../../contract/contract-backend.ts";
import { referenceBackend } from "../../reference/reference-backend.ts";
import { lockstep } from "../lockstep.ts";
import type { LockstepOptions, LockstepReport } from "../lockstep-options.ts";
import type { Contestant } from "../lockstep-port.ts";
import { eventStorePort } from "./event-store-port.ts";
import { EventStoreSide } from "./event-store-side.ts";

/** An event store that is to go in lockstep. */
export interface EventStoreInLockstep {
  readonly name: string;
  /**
   * Gives backends, once for all sequences: each uses tenants of its own. Over several that share their logs,
   * calls are spread.
   */
  readonly makeBackend: () => Promise<ContractBackend>;
}

export interface EventStoreLockstepOptions extends LockstepOptions {
  readonly implementations: readonly EventStoreInLockstep[];
}

/**
 * Does generated sequences of commands with event stores and with the plain list that their contract comes
 * to, side by side: appends of every kind, right, stale and ill-formed, and repeated; reads with all bounds
 * and queries; subscriptions that are opened on the way; over three tenants. Each command has to come to the
 * same everywhere, errors and their fields included, and so has all that there is to see in the end.
 *
 * Give the backends a heartbeat of 20 to 50 ms: subscriptions with a query are drained as fast as it beats.
 *
 * @throws `LockstepFailure` with a short sequence that shows a difference, and the seed and path to have it
 * again.
 */
export async function eventStoreLockstep({
  implementations,
  ...options
}: EventStoreLockstepOptions): Promise<LockstepReport> {
  const model = referenceBackend({ heartbeatMs: 20 });
  const modelled = { name: "the model", begin: async () => new EventStoreSide([model]) };
  const opened: ContractBackend[] = [[model]];
  try {
    const contestants: Contestant<EventStoreSide>[] = [];
    for (const { name, makeBackend } of implementations) {
      const made = await makeBackend();
      opened.push(made);
      contestants.push({ name, begin: async () => new EventStoreSide(backendsOf(made)) });
    }
    return await lockstep(eventStorePort, [modelled, ...contestants], options);
  } finally {
    for (const made of opened.toReversed()) await disposeBackends(made);
  }
}
