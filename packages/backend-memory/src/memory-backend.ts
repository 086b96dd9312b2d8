import {
  defaultLimits,
  type EventStore,
  type EventStoreBackend,
  InvalidArgumentError,
  Lifetime,
  type Limits,
  newEventId as uuidV7,
  validateTenantId,
} from "@leftfold/core";
import { MemoryEventStore } from "./memory-event-store.ts";
import { MemoryLog } from "./memory-log.ts";

export interface MemoryBackendOptions {
  /** Bounds that differ from the default ones. */
  readonly limits?: Partial<Limits> | undefined;
  /** A subscription without news gives a checkpoint after so many milliseconds; 10,000 when absent. */
  readonly heartbeatMs?: number | undefined;
  /**
   * Tells the time that events are recorded at; the system's when absent. It may go backwards, `recordedAt`
   * does not.
   */
  readonly clock?: (() => Date) | undefined;
  /** Gives the id of an event that comes without one; a new UUID, version 7, when absent. */
  readonly newEventId?: (() => string) | undefined;
}

/**
 * An event store in this process's memory, for tests and quick starts. It behaves as the durable ones do,
 * errors and order included, and is gone with the process. Events are never let go of, nor are idempotency
 * keys and the names of tenants that were asked for: its bound is the memory that there is.
 *
 * @throws `invalid-argument` for a heartbeat that is not above 0, or longer than timers hold.
 */
export function memoryBackend(options: MemoryBackendOptions = {}): EventStoreBackend {
  return new MemoryBackend(options);
}

class MemoryBackend implements EventStoreBackend {
  readonly #limits: Limits;
  readonly #heartbeatMs: number;
  readonly #clock: () => Date;
  readonly #newEventId: () => string;
  readonly #lifetime = new Lifetime();
  readonly #logs = new Map<string, MemoryLog>();

  constructor(options: MemoryBackendOptions) {
    const { limits, heartbeatMs = 10_000, clock = () => new Date(), newEventId = uuidV7 } = options;
    this.#limits = { ...defaultLimits, ...limits };
    this.#heartbeatMs = validHeartbeatMs(heartbeatMs);
    this.#clock = clock;
    this.#newEventId = newEventId;
  }

  tenant(tenantId: string): EventStore {
    validateTenantId(tenantId, this.#limits);
    return new MemoryEventStore({
      log: this.#log(tenantId),
      limits: this.#limits,
      heartbeatMs: this.#heartbeatMs,
      lifetime: this.#lifetime,
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#lifetime.close();
    this.#logs.clear();
  }

  #log(tenantId: string): MemoryLog {
    let log = this.#logs.get(tenantId);
    if (log === undefined) {
      log = new MemoryLog(tenantId, { clock: this.#clock, newEventId: this.#newEventId });
      this.#logs.set(tenantId, log);
    }
    return log;
  }
}

/** What timers hold, about 25 days. */
const heartbeatMsMax = 2 ** 31 - 1;

function validHeartbeatMs(heartbeatMs: number): number {
  if (heartbeatMs > 0 && heartbeatMs <= heartbeatMsMax) return heartbeatMs;
  const limit = `a number of milliseconds above 0, at most ${heartbeatMsMax}`;
  throw new InvalidArgumentError([{ field: "heartbeatMs", value: String(heartbeatMs), limit }]);
}
