import type { SubscriptionMessage } from "@leftfold/core";
import type { Fault } from "./faulty-backend.ts";

type Messages = AsyncIterable<SubscriptionMessage>;

/** A bug that changes what a subscription delivers. */
function deliveryFault(change: (messages: Messages, strikes: () => boolean) => Messages): Fault {
  return (store, strikes) => ({
    subscribe: (request, options) => change(store.subscribe(request, options), strikes),
  });
}

/** Loses the first live event, right after history. */
export const losesAnEventAtTheHandover: Fault = deliveryFault(async function* (messages, strikes) {
  let handover = false;
  for await (const message of messages) {
    const lost = handover && message.kind === "event" && strikes();
    handover = message.kind === "caughtUp" || (handover && message.kind === "checkpoint");
    if (!lost) yield message;
  }
});

/** Loses an event. */
export const losesAnEvent: Fault = deliveryFault(async function* (messages, strikes) {
  for await (const message of messages) if (message.kind !== "event" || !strikes()) yield message;
});

/** Delivers an event twice. */
export const deliversTwice: Fault = deliveryFault(async function* (messages, strikes) {
  for await (const message of messages) {
    yield message;
    if (message.kind === "event" && strikes()) yield message;
  }
});

/** Delivers an event after the one that follows it. */
export const swapsTwoEvents: Fault = deliveryFault(async function* (messages, strikes) {
  let held: SubscriptionMessage | undefined;
  for await (const message of messages) {
    if (held === undefined && message.kind === "event" && strikes()) {
      held = message;
      continue;
    }
    yield message;
    if (held !== undefined) yield held;
    held = undefined;
  }
});

/** Delivers an event with another's content. */
export const mixesUpPayloads: Fault = deliveryFault(async function* (messages, strikes) {
  let last: Uint8Array | undefined;
  for await (const message of messages) {
    if (message.kind !== "event") yield message;
    else {
      const { payload } = message.event;
      if (last !== undefined && strikes()) {
        yield { kind: "event", event: { ...message.event, payload: last } };
      } else yield message;
      last = payload;
    }
  }
});

/** Sends no heartbeat. */
export const staysSilent: Fault = deliveryFault(async function* (messages, strikes) {
  for await (const message of messages) if (message.kind !== "checkpoint" || !strikes()) yield message;
});

/** Claims by a checkpoint more than it has delivered. */
export const claimsTooMuch: Fault = deliveryFault(async function* (messages, strikes) {
  for await (const message of messages) {
    if (message.kind !== "event" && strikes()) yield { ...message, globalNonce: message.globalNonce + 1n };
    else yield message;
  }
});
