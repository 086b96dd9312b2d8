import type { Fault } from "../fault.ts";

/** Subscribers that take their time, while events of some kilobytes come faster than they read. */
export const slowSubscriber: Fault = {
  name: "slow-subscriber",
  summary: "two subscribers that dawdle over every event until nobody writes any more",
  // Enough bytes that what is between server and subscriber fills up.
  reshape: { slowSubscribers: 2, payloadBytes: 10_000 },
  applies: ({ slowSubscribers, payloadBytes }) => slowSubscribers > 0 && payloadBytes >= 10_000,
  async inject() {
    return { note: "two subscribers dawdle", heal: async () => {} };
  },
};
