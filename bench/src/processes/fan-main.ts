import { connect } from "@leftfold/client";
import { type Deliveries, Fan, type FanOptions } from "../fan-out/fan.ts";
import { tenantId } from "../workload/tenant.ts";
import { answerParent } from "./answer-parent.ts";

// Subscribers in a process of their own, so that what they do with events does not slow down who appends and who delivers.

export interface RemoteFan extends FanOptions {
  readonly url: string;
  /** How many HTTP/2 connections they share. */
  readonly connections: number;
}

let fan: Fan | undefined;

answerParent(
  {
    join: async ({ url, connections, ...options }: RemoteFan): Promise<void> => {
      const stores = Array.from({ length: connections }, () => connect({ baseUrl: url }).tenant(tenantId));
      fan = new Fan(stores, options);
      await fan.live();
    },
    delivered: async (expected: number): Promise<Deliveries | undefined> => await fan?.delivered(expected),
  },
  async () => await fan?.[Symbol.asyncDispose](),
);
