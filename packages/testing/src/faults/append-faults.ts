import { type AppendRequest, any, ConcurrencyConflictError, defaultLimits } from "@leftfold/core";
import type { Fault } from "./faulty-backend.ts";

/** Answers as if the append had been recorded, and records nothing. */
export const acknowledgesWithoutRecording: Fault = (store, strikes) => ({
  async append(request, options) {
    if (!strikes()) return store.append(request, options);
    const head = await store.head();
    const count = request.appends.reduce((sum, { events }) => sum + events.length, 0);
    return {
      firstGlobalNonce: head + 1n,
      lastGlobalNonce: head + BigInt(count),
      aggregates: request.appends.map(({ aggregateType, aggregateId, events }) => ({
        aggregateType,
        aggregateId,
        aggregateNonce: BigInt(events.length),
      })),
      replayed: false,
    };
  },
});

/** Rejects an append with a conflict, and records it all the same. */
export const recordsWhatItRejects: Fault = (store, strikes) => ({
  async append(request, options) {
    try {
      return await store.append(request, options);
    } catch (error) {
      if (error instanceof ConcurrencyConflictError && strikes())
        await store.append(expectingNothing(request));
      throw error;
    }
  },
});

/** Accepts an append whatever its aggregates' nonces are. */
export const ignoresExpectations: Fault = (store, strikes) => ({
  append: (request, options) =>
    store.append(
      strikes() ? { ...expectingNothing(request), conditions: request.conditions } : request,
      options,
    ),
});

/** Accepts an append whatever matches its conditions. */
export const ignoresConditions: Fault = (store, strikes) => ({
  append: (request, options) =>
    store.append(strikes() ? { ...request, conditions: undefined } : request, options),
});

/** Takes a repeated append for a new one. */
export const forgetsKeys: Fault = (store, strikes) => ({
  append: (request, options) =>
    store.append(strikes() ? { ...request, idempotencyKey: undefined } : request, options),
});

/** Records of an append to several aggregates only the first one's events. */
export const recordsHalfAnAppend: Fault = (store, strikes) => ({
  async append(request, options) {
    if (request.appends.length < 2 || !strikes()) return store.append(request, options);
    const [first, ...others] = request.appends;
    const result = await store.append({ ...request, appends: [first!] }, options);
    const lost = others.reduce((sum, { events }) => sum + events.length, 0);
    const heads = others.map(({ aggregateType, aggregateId, events }) => ({
      aggregateType,
      aggregateId,
      aggregateNonce: BigInt(events.length),
    }));
    const lastGlobalNonce = result.lastGlobalNonce + BigInt(lost);
    return { ...result, lastGlobalNonce, aggregates: [...result.aggregates, ...heads] };
  },
});

/** Cuts payloads that are too long, where it should reject them. */
export const cutsToTheLimit: Fault = (store, strikes) => ({
  append: (request, options) =>
    store.append(strikes() ? withPayloadsOf(request, defaultLimits.payloadBytesMax) : request, options),
});

/** Names of a conflict only the first violation. */
export const namesOneViolationOnly: Fault = (store, strikes) => ({
  async append(request, options) {
    try {
      return await store.append(request, options);
    } catch (error) {
      if (!(error instanceof ConcurrencyConflictError && strikes())) throw error;
      throw new ConcurrencyConflictError(error.violations.slice(0, 1));
    }
  },
});

function expectingNothing(request: AppendRequest): AppendRequest {
  return {
    ...request,
    appends: request.appends.map((append) => ({
      ...append,
      expected: any,
      events: append.events.map(({ aggregateNonce: _, eventId: __, ...event }) => event),
    })),
  };
}

function withPayloadsOf(request: AppendRequest, bytesMax: number): AppendRequest {
  return {
    ...request,
    appends: request.appends.map((append) => ({
      ...append,
      events: append.events.map((event) => ({ ...event, payload: event.payload.subarray(0, bytesMax) })),
    })),
  };
}
