import type { SubscribeRequest } from "@leftfold/core";
import type { Action } from "../lockstep-port.ts";
import { inWords } from "../shown.ts";
import type { EventStoreSide, Followed } from "./event-store-side.ts";

/**
 * Begins to follow a tenant's log: reads until it has caught up, or reads nothing for now. Where the head is
 * meant it always reads, since nobody knows which head it is before the first message.
 */
export function subscribed(
  tenant: number,
  request: SubscribeRequest,
  reads: boolean,
): Action<EventStoreSide> {
  // A request that is none is found out by the first message.
  const isRead = reads || typeof request !== "object" || request === null || request.after === "head";
  return {
    words: `follow tenant ${tenant}'s log ${inWords(request)}${isRead ? " until caught up" : ""}`,
    run: async (side) => {
      const followed = side.follow(tenant, request);
      return isRead ? await caughtUp(side, followed) : undefined;
    },
  };
}

/** Reads a subscription up to the head that the model has now. */
export async function followTo(which: number, model: EventStoreSide): Promise<Action<EventStoreSide>> {
  const { tenant } = model.followed(which)!;
  const head = await model.store(tenant).head();
  return {
    words: `read on in subscription ${which + 1}, of tenant ${tenant}, up to ${head}`,
    run: async (side) => {
      const followed = side.followed(which)!;
      await followed.follower.reach(head);
      return news(side, followed);
    },
  };
}

/** Reads a subscription to its end: all that is there, and that it says so. */
export function drained(which: number): Action<EventStoreSide> {
  return {
    words: `drain subscription ${which + 1}`,
    run: async (side) => {
      const followed = side.followed(which)!;
      const { follower, tenant } = followed;
      await follower.reach(await side.store(tenant).head());
      if (!follower.messages.some(({ kind }) => kind === "caughtUp")) await follower.until("caughtUp");
      return news(side, followed);
    },
  };
}

async function caughtUp(side: EventStoreSide, followed: Followed): Promise<unknown> {
  await followed.follower.until("caughtUp");
  return news(side, followed);
}

/** What came since it was told last, and up to where the log is settled by it. */
function news(side: EventStoreSide, followed: Followed): unknown {
  const { tenant, follower } = followed;
  const events = follower.events.slice(followed.told);
  followed.told = follower.events.length;
  return { events: side.essences(tenant, events), settledUpTo: follower.position };
}
