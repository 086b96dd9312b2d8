import {
  type AggregateAppend,
  type AppendCondition,
  type AppendRequest,
  defaultLimits,
  type EventStore,
  exact,
} from "@leftfold/core";
import fc from "fast-check";
import { arbitraryAppendRequest } from "../../arbitraries/appends.ts";
import { meetingNames } from "../../arbitraries/names.ts";
import { collect } from "../../builders/collect.ts";

const aims = ["as it is", "right", "behind", "ahead"] as const;

/** Where something is put relative to what the log holds when the append is sent. */
type Aim = (typeof aims)[number];

/** An append, of which some nonces are still to be aimed at what the log holds then. */
export interface AimedAppend {
  readonly request: AppendRequest;
  /** Of the expectations, in order. */
  readonly expected: readonly Aim[];
  /** Of the conditions, in order. */
  readonly conditions: readonly Aim[];
  /** The bytes that the first event's payload is made to have; as it is when absent. */
  readonly payloadBytes: number | undefined;
}

export function arbitraryAimedAppend(): fc.Arbitrary<AimedAppend> {
  const aim = fc.constantFrom("right", ...aims);
  const { payloadBytesMax } = defaultLimits;
  return fc.record({
    request: arbitraryAppendRequest(meetingNames()),
    expected: fc.array(aim, { minLength: 3, maxLength: 3 }),
    conditions: fc.array(aim, { minLength: 2, maxLength: 2 }),
    payloadBytes: fc.oneof(
      { weight: 80, arbitrary: fc.constant(undefined) },
      { weight: 1, arbitrary: fc.constantFrom(100_000, payloadBytesMax, payloadBytesMax + 1) },
    ),
  });
}

/** The request that the append comes to with the log as it is. */
export async function aimedRequest(
  { request, expected, conditions, payloadBytes }: AimedAppend,
  log: EventStore,
): Promise<AppendRequest> {
  const appends = await Promise.all(
    request.appends.map((append, i) => aimedAggregate(append, expected[i]!, log)),
  );
  const head = await log.head();
  const aimed = {
    ...request,
    appends: payloadBytes === undefined ? appends : grown(appends, payloadBytes),
  };
  if (request.conditions === undefined) return aimed;
  return {
    ...aimed,
    conditions: request.conditions.map((condition, i) => aimedCondition(condition, conditions[i]!, head)),
  };
}

async function aimedAggregate(append: AggregateAppend, aim: Aim, log: EventStore): Promise<AggregateAppend> {
  if (aim === "as it is") return append;
  const { aggregateType, aggregateId, events } = append;
  const [last] = await collect(
    log.readStream({ aggregateType, aggregateId, direction: "backwards", maxCount: 1 }),
  );
  const nonce = notBelowZero((last?.aggregateNonce ?? 0n) + offsetOf(aim));
  return {
    ...append,
    expected: exact(nonce),
    events: events.map((event, i) =>
      event.aggregateNonce === undefined ? event : { ...event, aggregateNonce: nonce + 1n + BigInt(i) },
    ),
  };
}

function aimedCondition(condition: AppendCondition, aim: Aim, head: bigint): AppendCondition {
  if (aim === "as it is") return condition;
  return { ...condition, after: notBelowZero(head + offsetOf(aim)) };
}

function notBelowZero(nonce: bigint): bigint {
  return nonce > 0n ? nonce : 0n;
}

function offsetOf(aim: Exclude<Aim, "as it is">): bigint {
  if (aim === "behind") return -1n;
  return aim === "right" ? 0n : 1n;
}

function grown(appends: readonly AggregateAppend[], payloadBytes: number): readonly AggregateAppend[] {
  return appends.map((append, i) =>
    i > 0
      ? append
      : {
          ...append,
          events: append.events.map((event, j) =>
            j > 0 ? event : { ...event, payload: new Uint8Array(payloadBytes).fill(7) },
          ),
        },
  );
}
