import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  type ProposedEvent,
  pinnedNonce,
} from "@leftfold/core";
import { noneOf, uniqueEventId } from "../builders/events.ts";
import type { Plan, PlannedPart } from "./storm-plan.ts";

export const stormAggregateType = "storm";

/** One request as it is sent. Every event has a label in its payload that no other attempt has. */
export interface Attempt {
  readonly request: AppendRequest;
  /** The labels of its events, in request order. */
  readonly labels: readonly string[];
  readonly plan: Plan;
}

export interface AttemptOptions {
  /** A name that no other attempt has. */
  readonly name: string;
  /** The global nonce up to which the writer knows the log. */
  readonly knownTo: bigint;
  /** An event id that the tenant has, if one is known. */
  readonly takenId: string | undefined;
  /** Bytes that every payload is filled up to; left short when absent. */
  readonly payloadBytes?: number | undefined;
}

/** Makes the request of a plan. */
export function attemptOf(plan: Plan, { name, knownTo, takenId, payloadBytes = 0 }: AttemptOptions): Attempt {
  const labels: string[] = [];
  const claim = plan.claim === undefined ? [] : [claimTag(plan.claim)];
  const eventOf = (part: PlannedPart, index: number): ProposedEvent => {
    const label = `${name}.${labels.length}`;
    const first = labels.length === 0;
    labels.push(label);
    const pinned = pinnedNonce(part.expected);
    return {
      eventType: "Stormed",
      contentType: "text/plain",
      payload: new TextEncoder().encode(label.padEnd(payloadBytes)),
      eventId: first && plan.reusesId && takenId !== undefined ? takenId : uniqueEventId(),
      // Every other proposal is spelled out.
      ...(pinned !== undefined && index % 2 === 0 && { aggregateNonce: pinned + 1n + BigInt(index) }),
      ...(first && { tags: [...claim, aggregateTag(part.aggregateId)] }),
    };
  };
  const appends = plan.parts.map(
    (part): AggregateAppend => ({
      aggregateType: stormAggregateType,
      aggregateId: part.aggregateId,
      expected: part.expected,
      events: Array.from({ length: part.eventCount }, (_, index) => eventOf(part, index)),
    }),
  );
  const conditions = conditionsOf(plan, claim, knownTo);
  const request = { appends, conditions, ...(plan.keyed && { idempotencyKey: name }) };
  return { request, labels, plan };
}

function conditionsOf(
  { guarded, keyed, parts }: Plan,
  claim: readonly string[],
  knownTo: bigint,
): AppendCondition[] {
  const conditions: AppendCondition[] = [];
  if (claim.length > 0) conditions.push(noneOf([{ tags: claim }]));
  const { aggregateId } = parts[0]!;
  // Stores look up the one in another way than the other.
  const guard = keyed ? { tags: [aggregateTag(aggregateId)] } : { aggregateIdPrefix: aggregateId };
  if (guarded) conditions.push(noneOf([guard], knownTo));
  return conditions;
}

/** The name of the attempt that an event of this label was part of. */
export function attemptNameOf(label: string): string {
  return label.slice(0, label.lastIndexOf("."));
}

/** The tag of an append, by the aggregate that its first event goes to. */
function aggregateTag(aggregateId: string): string {
  return `of:${aggregateId}`;
}

function claimTag(claim: number): string {
  return `claim:${claim}`;
}
