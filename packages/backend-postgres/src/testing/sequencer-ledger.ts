import {
  type AppendResult,
  ConcurrencyConflictError,
  decide,
  type EventStoreError,
  type ValidAppend,
} from "@leftfold/core";
import type { SimulatedLog } from "./simulated-log.ts";

/** An append that was asked for, and when. Its events are all of a type of its own. */
export interface AskedAppend {
  readonly append: ValidAppend;
  readonly fingerprint: string | undefined;
  readonly eventType: string;
  /** Where the log ended when it was asked for first. */
  readonly headBefore: bigint;
}

/** Checks what was answered to appends against the log, as soon as it is answered and in the end. */
export class SequencerLedger {
  readonly #log: SimulatedLog;
  readonly #rejected: AskedAppend[] = [];

  constructor(log: SimulatedLog) {
    this.#log = log;
  }

  /** An append was acknowledged: from this moment on it is there, as it was acknowledged. */
  acknowledged(asked: AskedAppend, result: AppendResult): void {
    const { append, fingerprint, eventType } = asked;
    const { firstGlobalNonce: first, lastGlobalNonce: last } = result;
    const name = `${eventType}, acknowledged as ${first} to ${last},`;
    const own = this.#log.events.filter((event) => event.eventType === eventType);
    if (append.eventCount === 0) {
      // Nothing tells afterwards when it was decided, only that it was sound at some time.
      if (!this.#couldBe(asked, (decision) => decision.kind !== "rejected"))
        throw new Error(`${name} was never right.`);
      return;
    }
    if (own.length !== append.eventCount) throw new Error(`${name} is in the log with ${own.length} events.`);
    if (own[0]!.globalNonce !== first || own.at(-1)!.globalNonce !== last)
      throw new Error(`${name} is in the log from ${own[0]!.globalNonce} to ${own.at(-1)!.globalNonce}.`);
    const decision = decide(this.#log.before(first - 1n), append, fingerprint);
    if (decision.kind !== "accepted") throw new Error(`${name} was not to be accepted there.`);
    for (const [i, { aggregateNonce }] of result.aggregates.entries())
      if (decision.result.aggregates[i]!.aggregateNonce !== aggregateNonce)
        throw new Error(`${name} was told that an aggregate ends at ${aggregateNonce}.`);
  }

  /** An append was rejected: then there was a moment since it was asked for at which that was right. */
  rejected(asked: AskedAppend, error: EventStoreError): void {
    this.#rejected.push(asked);
    const isRight = this.#couldBe(
      asked,
      (decision) => decision.kind === "rejected" && sameRejection(decision.error, error),
    );
    if (!isRight)
      throw new Error(`${asked.eventType} was rejected with ${error.code}, which was never right.`);
  }

  /** In the end: the log is dense, and nothing of what was rejected is in it, nor anything twice. */
  check(asked: readonly AskedAppend[]): void {
    const counts = new Map<string, number>();
    const nonces = new Map<string, bigint>();
    for (const [
      i,
      { globalNonce, aggregateType, aggregateId, aggregateNonce, eventType },
    ] of this.#log.events.entries()) {
      if (globalNonce !== BigInt(i) + 1n)
        throw new Error(`Event ${i + 1} of the log has nonce ${globalNonce}.`);
      const aggregate = `${aggregateType} ${aggregateId}`;
      const due = (nonces.get(aggregate) ?? 0n) + 1n;
      if (aggregateNonce !== due)
        throw new Error(`${aggregate} has nonce ${aggregateNonce} where ${due} is due.`);
      nonces.set(aggregate, aggregateNonce);
      counts.set(eventType, (counts.get(eventType) ?? 0) + 1);
    }
    for (const { eventType } of this.#rejected)
      if (counts.has(eventType)) throw new Error(`${eventType} was rejected, and is in the log.`);
    for (const { eventType, append } of asked) {
      const count = counts.get(eventType) ?? 0;
      if (count !== 0 && count !== append.eventCount)
        throw new Error(`${eventType} of ${append.eventCount} events is in the log with ${count}.`);
    }
  }

  #couldBe(asked: AskedAppend, is: (decision: ReturnType<typeof decide>) => boolean): boolean {
    const { append, fingerprint } = asked;
    for (let head = asked.headBefore; head <= this.#log.head.nonce; head++)
      for (const keysUpTo of [head, head - 1n])
        if (is(decide(this.#log.before(head, keysUpTo), append, fingerprint))) return true;
    return false;
  }
}

/** By code and, of a conflict, by what was violated: the nonces that were found are part of it. */
function sameRejection(one: EventStoreError, other: EventStoreError): boolean {
  if (one.code !== other.code) return false;
  if (!(one instanceof ConcurrencyConflictError && other instanceof ConcurrencyConflictError)) return true;
  return violationsText(one) === violationsText(other);
}

function violationsText({ violations }: ConcurrencyConflictError): string {
  return JSON.stringify(violations, (_, value) => (typeof value === "bigint" ? `${value}` : value));
}
