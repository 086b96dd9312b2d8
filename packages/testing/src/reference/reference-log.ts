import { createHash, randomUUID } from "node:crypto";
import {
  type AppendFacts,
  type AppendRequest,
  type AppendResult,
  decide,
  feedContent,
  type KeyUse,
  type Limits,
  matches,
  type RecordedEvent,
  record,
  validateAppend,
} from "@leftfold/core";

/** One tenant's log as a plain list that every question walks through: slow, and easily seen to be right. */
export class ReferenceLog {
  readonly events: RecordedEvent[] = [];
  readonly #tenantId: string;
  readonly #limits: Limits;
  readonly #keyUses = new Map<string, KeyUse>();
  readonly #waiting = new Set<() => void>();

  constructor(tenantId: string, limits: Limits) {
    this.#tenantId = tenantId;
    this.#limits = limits;
  }

  get head(): bigint {
    return BigInt(this.events.length);
  }

  append(request: AppendRequest): AppendResult {
    const append = validateAppend(request, this.#limits);
    const fingerprint = fingerprintOf(request);
    const decision = decide(this.#facts(), append, fingerprint);
    if (decision.kind === "rejected") throw decision.error;
    if (decision.kind === "replayed") return decision.result;
    const recording = { tenantId: this.#tenantId, recordedAt: new Date(), newEventId: newUuidV7 };
    this.events.push(...record(append, decision.result, recording).map(copyOf));
    if (append.idempotencyKey !== undefined) {
      this.#keyUses.set(append.idempotencyKey, { fingerprint, result: decision.result });
    }
    for (const wake of this.#waiting) wake();
    return decision.result;
  }

  /** Resolves with the next append, when the time is up, or when the signal is aborted. */
  waitForMore(timeoutMs: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = (): void => {
        clearTimeout(timer);
        this.#waiting.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      const timer = setTimeout(wake, timeoutMs);
      this.#waiting.add(wake);
      signal.addEventListener("abort", wake, { once: true });
    });
  }

  #facts(): AppendFacts {
    return {
      head: this.head,
      aggregateNonce: (aggregateType, aggregateId) =>
        this.events.findLast(
          (event) => event.aggregateType === aggregateType && event.aggregateId === aggregateId,
        )?.aggregateNonce ?? 0n,
      keyUse: (idempotencyKey) => this.#keyUses.get(idempotencyKey),
      hasEvent: (eventId) => this.events.some((event) => event.eventId === eventId),
      firstMatch: ({ failIfMatches, after = 0n }) =>
        this.events.find((event) => event.globalNonce > after && matches(failIfMatches, event))?.globalNonce,
    };
  }
}

function fingerprintOf(request: AppendRequest): string {
  const hash = createHash("sha256");
  feedContent(hash, request);
  return hash.digest("hex");
}

/** What the caller changes afterwards does not change what was recorded. */
function copyOf(event: RecordedEvent): RecordedEvent {
  return structuredClone(event);
}

function newUuidV7(): string {
  const time = Date.now().toString(16).padStart(12, "0");
  return `${time.slice(0, 8)}-${time.slice(8)}-7${randomUUID().slice(15)}`;
}
