import { type EventStore, type EventStoreBackend, Lifetime, validateTenantId } from "@leftfold/core";
import { AppendCoalescer } from "./append/append-coalescer.ts";
import { appendsCutOff } from "./append/appends-cut-off.ts";
import { RemoteEventStore } from "./remote-event-store.ts";
import type { RemoteSetting } from "./remote-setting.ts";

/** The logs that a server serves. The appends of all tenants travel together. */
export class RemoteBackend implements EventStoreBackend {
  readonly #setting: RemoteSetting;
  readonly #coalescer: AppendCoalescer<Uint8Array>;
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
