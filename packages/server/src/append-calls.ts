import {
  type AppendResult,
  type EventStore,
  type EventStoreBackend,
  InvalidArgumentError,
} from "@leftfold/core";
import {
  type AppendBatchRequest,
  type AppendBatchResponse,
  type AppendOutcome,
  type AppendRequest,
  type AppendResponse,
  appendOutcomeToWire,
  appendRequestFromWire,
  appendResultToWire,
} from "@leftfold/proto";
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

/**
 * `Append` and `AppendBatch`, from message to message. The short path and Connect's both end here, so that
 * they cannot differ in what they do.
 */
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
  async append(wire: AppendRequest, signal: AbortSignal): Promise<AppendResponse> {
    this.#stopping.throwIfAborted();
    this.#inFlight.take(1);
    try {
      return appendResultToWire(await this.#append(wire, signal));
    } finally {
      this.#inFlight.giveBack(1);
    }
  }

  /**
   * Hands all appends to the backend at once, in their order, so that it can commit them together.
   *
   * @throws `invalid-argument` for none or too many of them; `resource-exhausted` when they are too many to
   * be in flight with those that are. Then none of them was tried. Everything else is an outcome.
   */
  async appendBatch({ appends }: AppendBatchRequest, signal: AbortSignal): Promise<AppendBatchResponse> {
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
      const outcomes = await Promise.all(appends.map((wire) => this.#outcome(wire, signal, stores)));
      return { $typeName: "leftfold.eventstore.v1.AppendBatchResponse", outcomes };
    } finally {
      this.#inFlight.giveBack(appends.length);
    }
  }

  async #outcome(
    wire: AppendRequest,
    signal: AbortSignal,
    stores: Map<string, EventStore>,
  ): Promise<AppendOutcome> {
    try {
      return appendOutcomeToWire(await this.#append(wire, signal, stores));
    } catch (error) {
      return appendOutcomeToWire(this.#report(error, signal));
    }
  }

  // Not async: a batch's appends must reach the backend in their order, before anything else runs.
  #append(wire: AppendRequest, signal: AbortSignal, stores?: Map<string, EventStore>): Promise<AppendResult> {
    const { tenantId, request } = appendRequestFromWire(wire);
    let store = stores?.get(tenantId);
    if (store === undefined) {
      store = this.#backend.tenant(tenantId);
      stores?.set(tenantId, store);
    }
    return store.append(request, { signal });
  }
}
