import type { Fault } from "../fault.ts";

/** A hundred of them fill what is between server and subscriber: the server has to let the subscriber fall behind. */
const payloadBytes = 30_000;

/** Subscribers that take their time, while events of some kilobytes come faster than they read. */
export const slowSubscriber: Fault = {
  name: "slow-subscriber",
  summary: "two subscribers that dawdle over every event until nobody writes any more",
  reshape: { slowSubscribers: 2, payloadBytes },
  applies: (shape) => shape.slowSubscribers > 0 && shape.payloadBytes >= payloadBytes,
  async inject() {
    return { note: "two subscribers dawdle", heal: async () => {} };
  },
};
