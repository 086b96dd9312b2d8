import {
  type EventStore,
  type EventStoreBackend,
  Lifetime,
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
  readonly #lifetime = new Lifetime();

  constructor(setting: RemoteSetting) {
    this.#setting = setting;
    const { calls, append: options, retry, clock } = setting;
    this.#coalescer = new AppendCoalescer({
      send: (messages, init) => calls.append(messages, init),
      options,
      retry,
      clock,
    });
  }

  tenant(tenantId: string): EventStore {
    const { limits } = this.#setting;
    validateTenantId(tenantId, limits);
    return new RemoteEventStore(tenantId, this.#setting, this.#coalescer, this.#lifetime);
  }

  /**
   * Ends every call with `unavailable` and closes the connection. Calls made afterwards are refused with
   * the same.
   */
  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#lifetime.closed) return;
    this.#lifetime.close();
    this.#coalescer.close(appendsCutOff());
    this.#setting.closeTransport();
  }
}

/** What appends are rejected with whose store is closed before they are answered. */
export function appendsCutOff(): UnavailableError {
  return new UnavailableError(
    "The store was closed before the append was answered: it may have been recorded, or not. " +
      "Repeat it under the same idempotency key to find out.",
  );
}
