import {
  type AppendResult,
  type EventStore,
  type EventStoreBackend,
  EventStoreError,
  InvalidArgumentError,
} from "@leftfold/core";
import type { TenantAppend } from "@leftfold/proto";
import type { Admission } from "./admission.ts";
import type { ErrorReport } from "./error-report.ts";

/** Independent appends that one call may hold. */
const batchAppendsMax = 1000;

export interface AppendCallsOptions {
  readonly backend: EventStoreBackend;
  readonly inFlight: Admission;
  readonly report: ErrorReport;
  /** Aborted, with the error that calls get from then on, when the server stops. */
  readonly stopping: AbortSignal;
}

/** What became of one append of a batch. */
export type AppendOutcome = AppendResult | EventStoreError;

/** What `Append` and `AppendBatch` do. The short path and Connect's both end here, so that they cannot differ in it. */
export class AppendCalls {
  readonly #backend: EventStoreBackend;
  readonly #inFlight: Admission;
  readonly #report: ErrorReport;
  readonly #stopping: AbortSignal;

  constructor(options: AppendCallsOptions) {
    this.#backend = options.backend;
    this.#inFlight = options.inFlight;
    this.#report = options.report;
    this.#stopping = options.stopping;
  }

  /** @throws whatever the append fails with, and `resource-exhausted` when too many are in flight. */
  async append({ tenantId, request }: TenantAppend, signal: AbortSignal): Promise<AppendResult> {
    this.#stopping.throwIfAborted();
    this.#inFlight.take(1);
    try {
      return await this.#backend.tenant(tenantId).append(request, { signal });
    } finally {
      this.#inFlight.giveBack(1);
    }
  }

  /**
   * Hands all appends to the backend at once, in their order, so that it can commit them together.
   *
   * @param appends of which some may have failed already, each for itself.
   * @throws `invalid-argument` for none or too many of them; `resource-exhausted` when they are too many to
   * be in flight with those that are. Then none of them was tried. Everything else is an outcome.
   */
  async appendBatch(
    appends: readonly (TenantAppend | EventStoreError)[],
    signal: AbortSignal,
  ): Promise<AppendOutcome[]> {
    this.#stopping.throwIfAborted();
    if (appends.length < 1 || appends.length > batchAppendsMax) {
      const value = `a list of ${appends.length}`;
      throw new InvalidArgumentError([
        { field: "appends", value, limit: `a list of 1 to ${batchAppendsMax}` },
      ]);
    }
    this.#inFlight.take(appends.length);
    try {
      // Most often all are one tenant's: its store is opened once.
      const stores = new Map<string, EventStore>();
      const options = { signal };
      const report = (error: unknown): EventStoreError => this.#report(error, signal);
      const run = (append: TenantAppend | EventStoreError): AppendOutcome | Promise<AppendOutcome> => {
        if (append instanceof EventStoreError) return append;
        try {
          return this.#storeOf(append.tenantId, stores).append(append.request, options).catch(report);
        } catch (error) {
          return report(error);
        }
      };
      // Nothing waits here: a batch's appends must reach the backend in their order.
      return await Promise.all(appends.map(run));
    } finally {
      this.#inFlight.giveBack(appends.length);
    }
  }

  #storeOf(tenantId: string, stores: Map<string, EventStore>): EventStore {
    let store = stores.get(tenantId);
    if (store === undefined) {
      store = this.#backend.tenant(tenantId);
      stores.set(tenantId, store);
    }
    return store;
  }
}
