import {
  defaultLimits,
  type EventStoreBackend,
  type Limits,
  UnavailableError,
  validateTenantId,
} from "@leftfold/core";
import { ReferenceLog } from "./reference-log.ts";
import { ReferenceStore } from "./reference-store.ts";

export interface ReferenceBackendOptions {
  readonly limits?: Limits | undefined;
  /** After how long a silent log its subscribers get a checkpoint; 50 when absent. */
  readonly heartbeatMs?: number | undefined;
  /** The tenants' logs by tenant; backends that are given the same ones share them. */
  readonly logs?: Map<string, ReferenceLog> | undefined;
}

/**
 * A store that walks through a plain list for every question: too slow to use, and small enough to be seen to
 * be right. The contract suite is tried on it, whole and with seeded bugs.
 */
export function referenceBackend(options: ReferenceBackendOptions = {}): EventStoreBackend {
  const { limits = defaultLimits, heartbeatMs = 50, logs = new Map<string, ReferenceLog>() } = options;
  const closing = new AbortController();
  return {
    tenant(tenantId) {
      validateTenantId(tenantId, limits);
      const log = logs.get(tenantId) ?? new ReferenceLog(tenantId, limits);
      logs.set(tenantId, log);
      return new ReferenceStore(log, { limits, heartbeatMs, closing: closing.signal });
    },
    async [Symbol.asyncDispose]() {
      closing.abort(new UnavailableError("The store was closed."));
    },
  };
}
