import {
  type AggregateAppend,
  type AppendCondition,
  type AppendFacts,
  type AppendResult,
  type KeyUse,
  matches,
  type QueriedEvent,
  type RecordedEvent,
  type ValidAppend,
} from "@leftfold/core";
import type { KnownHead, LoadedFacts, StoredKeyUse, WantedFacts } from "./load-facts.ts";
import type { PendingAppend } from "./pending-append.ts";
import { RecentMap } from "./recent-map.ts";

const aggregatesMax = 100_000;
// Of these the database knows what is committed, and says so. What lives longer than a collection is copied by it, while every append
// waits: with four times as many keys, pauses were 5.5 ms in place of 3.5, at 64 writers through a server.
const keysMax = 512;
const eventIdsMax = 8_192;
/** So many events are looked through here for a condition. Beyond them the database's indexes are faster. */
const lookedThroughMax = 1024;
/** For so many batches after a condition, events are kept to be looked through for the next one. */
const batchesAfterConditionMax = 100;

/**
 * What this process knows of a tenant's log: the head, and what was read or accepted since it was known.
 *
 * Nothing in it is a promise. It is only ever used to decide, and every decision is confirmed by the fence before anyone
 * hears of it. What it does not know counts as absent, which the unique constraints make harmless.
 */
export class KnownLog implements AppendFacts {
  #head: KnownHead | undefined;
  readonly #aggregateNonces = new RecentMap<bigint>(aggregatesMax);
  readonly #keyUses = new RecentMap<KeyUse>(keysMax);
  /** Uses of keys by appends of other content than those that ask now. Their results cannot be named, so they are not kept. */
  readonly #foreignUses = new Map<string, KeyUse>();
  readonly #eventIds = new RecentMap<true>(eventIdsMax);
  readonly #loadedMatches = new Map<AppendCondition, bigint | undefined>();
  /** Up to where the log was committed, at least, before those were loaded: the database has looked through so much for them. */
  #committedHead = 0n;
  /** What queries look at in the newest events, without a gap up to the head. */
  #tail: QueriedEvent[] = [];
  #batchesSinceCondition = Number.POSITIVE_INFINITY;

  get isKnown(): boolean {
    return this.#head !== undefined;
  }

  /** Where the log ends once everything accepted is committed. */
  get knownHead(): KnownHead {
    if (this.#head === undefined) throw new Error("A decision was asked for before the head was known.");
    return this.#head;
  }

  get head(): bigint {
    return this.knownHead.nonce;
  }

  aggregateNonce(aggregateType: string, aggregateId: string): bigint {
    return this.#aggregateNonces.get(aggregateId, aggregateType) ?? 0n;
  }

  keyUse(idempotencyKey: string): KeyUse | undefined {
    return this.#keyUses.get(idempotencyKey) ?? this.#foreignUses.get(idempotencyKey);
  }

  hasEvent(eventId: string): boolean {
    return this.#eventIds.has(eventId);
  }

  firstMatch(condition: AppendCondition): bigint | undefined {
    const loaded = this.#loadedMatches.get(condition);
    if (loaded !== undefined) return loaded;
    const before = this.#tailStart - 1n;
    const given = condition.after ?? 0n;
    // What the database looked through need not be looked through again: only what it did not see.
    const isLoaded = this.#committedHead > given && this.#loadedMatches.has(condition);
    const after = isLoaded ? this.#committedHead : given;
    for (let i = after > before ? Number(after - before) : 0; i < this.#tail.length; i++) {
      if (matches(condition.failIfMatches, this.#tail[i]!)) return before + 1n + BigInt(i);
    }
    return undefined;
  }

  knowsAggregate({ aggregateType, aggregateId }: AggregateAppend): boolean {
    return this.#aggregateNonces.has(aggregateId, aggregateType);
  }

  /** Whether a condition can be judged by the events at hand, and soon. From then on events are kept for the conditions to come. */
  coversCondition({ after = 0n }: AppendCondition): boolean {
    this.#batchesSinceCondition = 0;
    return this.isKnown && after >= this.#tailStart - 1n && this.head - after <= BigInt(lookedThroughMax);
  }

  /** Forgets everything: another process has appended. Knows the new head at once when it is given. */
  reset(head?: KnownHead): void {
    this.#head = head;
    this.#committedHead = head?.nonce ?? 0n;
    this.#aggregateNonces.clear();
    this.#keyUses.clear();
    this.#foreignUses.clear();
    this.#eventIds.clear();
    this.#loadedMatches.clear();
    this.#tail = [];
  }

  /** Takes over what was loaded for these appends, after the last `trim` or `reset`. */
  learn(wanted: WantedFacts, loaded: LoadedFacts, pendings: readonly PendingAppend[]): void {
    if (loaded.head !== undefined) this.#head = loaded.head;
    wanted.aggregates.forEach(({ aggregateType, aggregateId }, i) => {
      this.#aggregateNonces.set(aggregateId, loaded.aggregateNonces[i]!, aggregateType);
    });
    wanted.conditions.forEach((condition, i) => {
      this.#loadedMatches.set(condition, loaded.matches[i]);
    });
    for (const eventId of loaded.eventIds) this.#eventIds.set(eventId, true);
    for (const { append, fingerprint } of pendings) {
      const key = append.idempotencyKey;
      const use = key === undefined ? undefined : loaded.keyUses.get(key);
      if (use === undefined) continue;
      const uses = use.fingerprint === fingerprint ? this.#keyUses : this.#foreignUses;
      uses.set(key!, keyUseOf(use));
    }
  }

  /** Goes on as if an accepted append were committed. */
  accept(
    append: ValidAppend,
    result: AppendResult,
    events: readonly RecordedEvent[],
    fingerprint?: string,
  ): void {
    for (const { aggregateType, aggregateId, aggregateNonce } of result.aggregates) {
      this.#aggregateNonces.set(aggregateId, aggregateNonce, aggregateType);
    }
    for (const { eventType, aggregateType, aggregateId, tags } of events) {
      this.#tail.push({ eventType, aggregateType, aggregateId, tags });
    }
    for (const { events: proposed } of append.appends) {
      for (const { eventId } of proposed) if (eventId !== undefined) this.#eventIds.set(eventId, true);
    }
    if (append.idempotencyKey !== undefined) {
      this.#keyUses.set(append.idempotencyKey, { fingerprint: fingerprint!, result });
    }
    this.#head = { ...this.knownHead, nonce: result.lastGlobalNonce };
  }

  /** Stamps the head that a batch leaves behind. */
  stampHead(stamp: string, recordedAtMs: number): void {
    this.#head = { nonce: this.head, stamp, recordedAtMs };
  }

  /** Lets go of the oldest knowledge beyond the bounds, before each batch. What is not committed yet is never let go. */
  trim(committedHead: bigint): void {
    this.#committedHead = committedHead;
    this.#loadedMatches.clear();
    this.#foreignUses.clear();
    this.#aggregateNonces.trim();
    this.#keyUses.trim();
    this.#eventIds.trim();
    // Most logs never see a condition, and what is kept for one is copied by the collector, while every append waits.
    const kept = ++this.#batchesSinceCondition > batchesAfterConditionMax ? 0 : lookedThroughMax;
    if (this.#tail.length === 0 || this.#tail.length < 2 * kept) return;
    const droppable = committedHead - this.#tailStart + 1n;
    const surplus = this.#tail.length - kept;
    this.#tail = this.#tail.slice(droppable < BigInt(surplus) ? Math.max(0, Number(droppable)) : surplus);
  }

  get #tailStart(): bigint {
    return this.head - BigInt(this.#tail.length) + 1n;
  }
}

/** Names are not stored: whoever replays the result has them. The append that asked may be another than the one recorded. */
function keyUseOf({ fingerprint, firstGlobalNonce, lastGlobalNonce, aggregateNonces }: StoredKeyUse): KeyUse {
  const aggregates = aggregateNonces.map((aggregateNonce) => ({
    aggregateType: "",
    aggregateId: "",
    aggregateNonce,
  }));
  return { fingerprint, result: { firstGlobalNonce, lastGlobalNonce, aggregates, replayed: false } };
}
