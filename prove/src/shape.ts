import type { SeededRandom } from "@leftfold/testing";

/** What a run is made of. */
export interface Shape {
  /** Server processes on one PostgreSQL, all of them serving the same tenants: 1 to 3. */
  readonly servers: number;
  /** Logs that are written and read side by side: 1 or 2. */
  readonly tenants: number;
  /** Writers on each tenant. */
  readonly writers: number;
  /** Subscribers on each tenant. */
  readonly subscribers: number;
  /** Further subscribers on each tenant, which dawdle over every event until nobody writes any more. */
  readonly slowSubscribers: number;
  /** Clients, each with connections of its own, spread over the servers; at least one for each. */
  readonly clients: number;
  /** Aggregates that the writers of a tenant share: few make conflicts. */
  readonly aggregates: number;
  /** Bytes that every payload is filled up to; 0 leaves it short. */
  readonly payloadBytes: number;
  /**
   * Who repeats what failed: the client by itself, for as long as it takes; or the application, after the
   * client gave up soon.
   */
  readonly repeats: "client" | "application";
}

/** Draws one. */
export function drawShape(random: SeededRandom): Shape {
  const servers = random.pick([1, 1, 2, 2, 3]);
  return {
    servers,
    tenants: random.chance(0.15) ? 2 : 1,
    writers: 4 + random.below(13),
    subscribers: 1 + random.below(3),
    slowSubscribers: 0,
    clients: servers * (1 + random.below(2)),
    aggregates: random.pick([5, 30, 200]),
    payloadBytes: random.pick([0, 0, 0, 1_000]),
    repeats: random.chance(0.5) ? "client" : "application",
  };
}
