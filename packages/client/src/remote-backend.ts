import {
  type EventStore,
  type EventStoreBackend,
  type Limits,
  UnavailableError,
  validateTenantId,
} from "@leftfold/core";
import type { AppendRequest as WireAppendRequest } from "@leftfold/proto";
import { AppendCoalescer } from "./append/append-coalescer.ts";
import type { AppendOptions } from "./append/append-options.ts";
import { RemoteEventStore } from "./remote-event-store.ts";
import type { Clock } from "./retry/clock.ts";
import type { RetryPolicy } from "./retry/retry-policy.ts";
import type { EventStoreCalls } from "./wire/event-store-calls.ts";

export interface RemoteSetting {
  readonly calls: EventStoreCalls;
  readonly closeTransport: () => void;
  readonly retry: RetryPolicy;
  readonly append: AppendOptions;
  readonly clock: Clock;
  readonly idleTimeoutMs: number;
  readonly limits: Limits;
}

/** The logs that a server serves. The appends of all tenants travel together. */
export class RemoteBackend implements EventStoreBackend {
  readonly #setting: RemoteSetting;
  readonly #coalescer: AppendCoalescer<WireAppendRequest>;
  readonly #closing = new AbortController();

  constructor(setting: RemoteSetting) {
    this.#setting = setting;
    const { calls, append: options, retry, clock } = setting;
    const closing = this.#closing.signal;
    this.#coalescer = new AppendCoalescer({
      send: (messages, init) => calls.append(messages, init),
      options,
      retry,
      clock,
      closing,
    });
  }

  tenant(tenantId: string): EventStore {
    const { limits } = this.#setting;
    validateTenantId(tenantId, limits);
    return new RemoteEventStore(tenantId, this.#setting, this.#coalescer, this.#closing.signal);
  }

  /** Ends every call with `unavailable` and closes the connection. Calls made afterwards are refused with the same. */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#closing.signal.aborted) return;
    const error = new UnavailableError("The client was closed. Connect anew to go on.");
    this.#closing.abort(error);
    this.#coalescer.abandon(error);
    this.#setting.closeTransport();
  }
}
