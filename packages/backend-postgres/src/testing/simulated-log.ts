import { type AppendFacts, type KeyUse, matches, type QueriedEvent } from "@leftfold/core";
import postgres from "postgres";
import type { BatchCommit } from "../commit-batch.ts";
import type { KnownHead, LoadedFacts, StoredKeyUse, WantedFacts } from "../load-facts.ts";
import { isSameHead } from "../log-head.ts";

/** An event as the tables hold it. */
export interface StoredEvent extends QueriedEvent {
  readonly globalNonce: bigint;
  readonly aggregateNonce: bigint;
  readonly eventId: string;
  /** In the encoding of the wire. */
  readonly bytes: Uint8Array;
}

/** What the tables of one tenant hold, with what PostgreSQL sees to: the fence of the statement, unique keys, the row's lock. */
export class SimulatedLog {
  readonly events: StoredEvent[] = [];
  /** The last event that a writer was told of. */
  acknowledged = 0n;
  /** How many appends the largest commit was made of, as far as types of events tell them apart. */
  appendsInOneCommit = 0;
  readonly #keyUses = new Map<string, StoredKeyUse>();
  #head: KnownHead = { nonce: 0n, stamp: "nobody", recordedAtMs: 0 };
  #unlocked: Promise<void> | undefined;

  get head(): KnownHead {
    return this.#head;
  }

  /** Waits for the tenant's row lock, and takes it. */
  async lock(): Promise<() => void> {
    while (this.#unlocked !== undefined) await this.#unlocked;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#unlocked = promise;
    return () => {
      if (this.#unlocked === promise) this.#unlocked = undefined;
      resolve();
    };
  }

  /** Writes a batch if the fence holds. It waits for whoever has the lock, and then looks at what that one has left. */
  async write(commit: BatchCommit): Promise<boolean> {
    const unlock = await this.lock();
    try {
      return this.writeLocked(commit);
    } finally {
      unlock();
    }
  }

  /** The same for whoever has the lock. */
  writeLocked(commit: BatchCommit): boolean {
    const events = this.check(commit);
    if (events === undefined) return false;
    const appends = new Set(events.map(({ eventType }) => eventType)).size;
    this.appendsInOneCommit = Math.max(this.appendsInOneCommit, appends);
    this.events.push(...events);
    for (const { key, ...use } of commit.rows.keys) this.#keyUses.set(key, use);
    this.#head = commit.next;
    return true;
  }

  /**
   * What a batch would write; undefined when the fence does not hold.
   *
   * @throws what PostgreSQL says of a unique constraint that is broken.
   */
  check(commit: BatchCommit): readonly StoredEvent[] | undefined {
    if (!isSameHead(this.#head, commit.known)) return undefined;
    const events = eventsOf(commit);
    const ids = new Set(this.events.map(({ eventId }) => eventId));
    const nonces = new Set(this.events.map(nonceKey));
    for (const event of events) {
      if (ids.has(event.eventId) || nonces.has(nonceKey(event))) throw refused();
      ids.add(event.eventId);
      nonces.add(nonceKey(event));
    }
    for (const { key } of commit.rows.keys) if (this.#keyUses.has(key)) throw refused();
    return events;
  }

  /** What is wanted, of this moment. */
  facts(wanted: WantedFacts): LoadedFacts {
    const ids = new Set(this.events.map(({ eventId }) => eventId));
    const now = this.before(this.#head.nonce);
    const keyUses = wanted.keys.flatMap((key) => {
      const use = this.#keyUses.get(key);
      return use === undefined ? [] : [[key, use] as const];
    });
    return {
      ...(wanted.head && { head: this.#head }),
      aggregateNonces: wanted.aggregates.map((each) =>
        now.aggregateNonce(each.aggregateType, each.aggregateId),
      ),
      keyUses: new Map(keyUses),
      eventIds: new Set(wanted.eventIds.filter((id) => ids.has(id))),
      matches: wanted.conditions.map((condition) => now.firstMatch(condition)),
    };
  }

  /**
   * The facts of when the log ended at a position: what appends are checked against afterwards.
   *
   * @param keysUpTo which uses of keys count. At one head there are several moments: appends without events leave it.
   */
  before(head: bigint, keysUpTo: bigint = head): AppendFacts {
    const events = this.events.slice(0, Number(head));
    return {
      head,
      aggregateNonce: (aggregateType, aggregateId) =>
        events.findLast((each) => each.aggregateId === aggregateId && each.aggregateType === aggregateType)
          ?.aggregateNonce ?? 0n,
      keyUse: (key) => this.#keyUseBefore(key, keysUpTo),
      hasEvent: (id) => events.some(({ eventId }) => eventId === id),
      firstMatch: ({ failIfMatches, after = 0n }) =>
        events.find((event) => event.globalNonce > after && matches(failIfMatches, event))?.globalNonce,
    };
  }

  #keyUseBefore(key: string, head: bigint): KeyUse | undefined {
    const use = this.#keyUses.get(key);
    if (use === undefined || use.lastGlobalNonce > head) return undefined;
    const { fingerprint, firstGlobalNonce, lastGlobalNonce } = use;
    return { fingerprint, result: { firstGlobalNonce, lastGlobalNonce, aggregates: [], replayed: false } };
  }
}

function eventsOf({ known, rows }: BatchCommit): StoredEvent[] {
  const contents = Buffer.from(rows.contents, "base64");
  let at = 0;
  return rows.eventIds.map((eventId, i) => {
    const globalNonce = known.nonce + BigInt(i) + 1n;
    const start = at;
    at += rows.envelopeSizes[i]! + rows.payloadSizes[i]!;
    return {
      globalNonce,
      eventId,
      eventType: rows.eventTypes[i]!,
      aggregateType: rows.aggregateTypes[i]!,
      aggregateId: rows.aggregateIds[i]!,
      aggregateNonce: rows.aggregateNonces[i]!,
      tags: rows.tags.filter((row) => row.globalNonce === globalNonce).map(({ tag }) => tag),
      bytes: contents.subarray(start, at),
    };
  });
}

function nonceKey({ aggregateType, aggregateId, aggregateNonce }: StoredEvent): string {
  return `${aggregateType}\n${aggregateId}\n${aggregateNonce}`;
}

/** What PostgreSQL says of a unique constraint. The driver's types do not show the constructor. */
function refused(): Error {
  return Reflect.construct(postgres.PostgresError, [
    { message: "duplicate key value violates unique constraint", code: "23505", severity: "ERROR" },
  ]) as Error;
}
