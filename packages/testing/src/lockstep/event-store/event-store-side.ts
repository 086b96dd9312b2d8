import type {
  AppendRequest,
  EventStore,
  EventStoreBackend,
  RecordedEvent,
  SubscribeRequest,
} from "@leftfold/core";
import { uniqueTenant } from "../../builders/events.ts";
import { SeededRandom } from "../../builders/seeded-random.ts";
import { eventEssence } from "../../contract/event-essence.ts";
import { storeAtRandom } from "../../contract/store-at-random.ts";
import { Follower } from "../../subscription/follower.ts";
import { shownLines } from "../shown.ts";

/** Tenants of one sequence. */
export const tenantsMax = 3;

/** One implementation's logs, and who follows them, while a sequence runs. */
export class EventStoreSide implements AsyncDisposable {
  /** The appends that were sent so far, in order: what is repeated later. */
  readonly sent: { readonly tenant: number; readonly request: AppendRequest }[] = [];
  readonly #backends: readonly EventStoreBackend[];
  readonly #tenantIds: readonly string[] = Array.from({ length: tenantsMax }, () => uniqueTenant());
  readonly #stores: EventStore[];
  readonly #left: EventStore[] = [];
  readonly #followed: Followed[] = [];
  /** Every event as it was first seen, by its place. */
  readonly #seen = new Map<string, string>();
  // Which of the backends a call goes to is drawn alike for every sequence, so that it can be had again.
  readonly #random = new SeededRandom(1);

  constructor(backends: readonly EventStoreBackend[]) {
    this.#backends = backends;
    this.#stores = this.#tenantIds.map((_, tenant) => this.#open(tenant));
  }

  store(tenant: number): EventStore {
    return this.#stores[tenant]!;
  }

  /** Who follows a tenant's log; undefined when it could not go on. */
  followed(index: number): Followed | undefined {
    return this.#followed[index];
  }

  get followedCount(): number {
    return this.#followed.length;
  }

  /** The log of any tenant, also of a name that is none. */
  named(tenantId: string): EventStore {
    return this.#backends[0]!.tenant(tenantId);
  }

  /** Leaves a tenant's log, and opens it anew, as another process would. */
  async reopen(tenant: number): Promise<void> {
    const last = this.store(tenant);
    this.#stores[tenant] = this.#open(tenant);
    // Who follows through the handle that is closed would be cut off with it.
    if (this.#followed.some((followed) => followed.tenant === tenant)) this.#left.push(last);
    else await last[Symbol.asyncDispose]();
  }

  follow(tenant: number, request: SubscribeRequest): Followed {
    const followed = { tenant, request, follower: new Follower(this.store(tenant), request), told: 0 };
    this.#followed.push(followed);
    return followed;
  }

  /**
   * What has to be the same of these events everywhere.
   *
   * @throws when one of them is of another tenant, or is not what it was when it was read before.
   */
  essences(tenant: number, events: readonly RecordedEvent[]): readonly unknown[] {
    return events.map((event) => {
      const { tenantId, globalNonce } = event;
      if (tenantId !== this.#tenantIds[tenant]) throw new Error("This is an event of another tenant.");
      const whole = shownLines(event).join("\n");
      const place = `${tenant} ${globalNonce}`;
      const before = this.#seen.get(place) ?? whole;
      if (whole !== before) throw new Error(`Event ${place} was\n${before}\nbefore, and is\n${whole}\nnow.`);
      this.#seen.set(place, whole);
      return { ...eventEssence(event), tenantId: `tenant ${tenant}` };
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { follower } of this.#followed) await follower.stop();
    for (const store of [...this.#stores, ...this.#left]) await store[Symbol.asyncDispose]();
  }

  #open(tenant: number): EventStore {
    const stores = this.#backends.map((backend) => backend.tenant(this.#tenantIds[tenant]!));
    return storeAtRandom(stores, this.#random);
  }
}

/** A subscription, and how much of what came was told. */
export interface Followed {
  readonly tenant: number;
  readonly request: SubscribeRequest;
  readonly follower: Follower;
  told: number;
}
