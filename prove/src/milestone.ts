/** Tells when every tenant has so many events. */
export class Milestone {
  /** Resolves when all of them have. */
  readonly all: Promise<void>;
  readonly #left: Set<number>;
  readonly #reached: () => void;
  readonly #events: number;

  /** @param events how many acknowledged events it takes on each tenant. */
  constructor(tenants: number, events: number) {
    const { promise, resolve } = Promise.withResolvers<void>();
    this.all = promise;
    this.#reached = resolve;
    this.#events = events;
    this.#left = new Set(Array.from({ length: tenants }, (_, tenant) => tenant));
  }

  /** Notes how many events a tenant has. */
  note(tenant: number, events: number): void {
    if (events >= this.#events) this.giveUpOn(tenant);
  }

  /** Waits for this tenant no longer: its load has failed. */
  giveUpOn(tenant: number): void {
    this.#left.delete(tenant);
    if (this.#left.size === 0) this.#reached();
  }
}
