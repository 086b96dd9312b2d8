import { encodeAppend } from "@leftfold/proto";
import type { CallsBug } from "./simulated-client.ts";
import { decoded } from "./simulated-server.ts";

/** A client whose appends carry no key by which a repetition is known. */
export const sendsNoKeys: CallsBug = (calls) => ({
  ...callsOf(calls),
  append: (appends, init) =>
    calls.append(
      decoded(appends).map(({ tenantId, request }) =>
        encodeAppend(tenantId, { ...request, idempotencyKey: undefined }),
      ),
      init,
    ),
});

/** Takes a broken connection for a success. */
export const takesFailureForSuccess: CallsBug = (calls, log) => ({
  ...callsOf(calls),
  append: async (appends, init) => {
    try {
      return await calls.append(appends, init);
    } catch {
      const head = (await log.head()) + 1n;
      return decoded(appends).map(({ request }) => ({
        firstGlobalNonce: head,
        lastGlobalNonce: head,
        aggregates: request.appends.map(({ aggregateType, aggregateId }) => ({
          aggregateType,
          aggregateId,
          aggregateNonce: 1n,
        })),
        replayed: false,
      }));
    }
  },
});

/** Goes on one event too far when a subscription is resumed. */
export const skipsAnEventOnResuming: CallsBug = (calls) => resumedAt(calls, 1n);

/** Goes on one event too early when a subscription is resumed. */
export const repeatsAnEventOnResuming: CallsBug = (calls) => resumedAt(calls, -1n);

function resumedAt(calls: Parameters<CallsBug>[0], offset: bigint): ReturnType<CallsBug> {
  return {
    ...callsOf(calls),
    subscribe: (tenantId, request, init) => {
      const { after } = request;
      const isResumed = typeof after === "bigint" && after > 0n;
      return calls.subscribe(tenantId, isResumed ? { ...request, after: after + offset } : request, init);
    },
  };
}

function callsOf(calls: Parameters<CallsBug>[0]): ReturnType<CallsBug> {
  return {
    append: (...args) => calls.append(...args),
    head: (...args) => calls.head(...args),
    readStream: (...args) => calls.readStream(...args),
    readAll: (...args) => calls.readAll(...args),
    subscribe: (...args) => calls.subscribe(...args),
  };
}
