import { type OpenStore, openInProcess, openRemote } from "../contenders/open-store.ts";
import type { Database } from "../postgres/database.ts";
import { Child } from "../processes/child.ts";
import type { RemoteFan } from "../processes/fan-main.ts";
import { type Deliveries, Fan, type FanOptions } from "./fan.ts";

/** A store to append to, and live subscribers to its log. */
export interface OpenFan extends AsyncDisposable {
  readonly opened: OpenStore;
  delivered(expected: number): Promise<Deliveries>;
}

export type FanOpener = (database: Database, schema: string, options: FanOptions) => Promise<OpenFan>;

const connections = 4;

/** All in this process. */
export const openLocalFan: FanOpener = async (database, schema, options) => {
  const opened = await openInProcess(database, schema);
  const fan = new Fan([opened.store], options);
  await fan.live();
  return {
    opened,
    delivered: (expected) => fan.delivered(expected),
    [Symbol.asyncDispose]: async () => {
      await fan[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
};

/** The server in a process, the subscribers in another, over few connections. */
export const openRemoteFan: FanOpener = async (database, schema, options) => {
  const opened = await openRemote(database, schema);
  const child = new Child("subscribers", new URL("../processes/fan-main.ts", import.meta.url));
  const url = opened.server.url;
  await child.ask("join", { ...options, url, connections } satisfies RemoteFan);
  const account = { name: "subscribers", pid: child.pid, withChildren: false };
  return {
    opened: { ...opened, accounts: [...opened.accounts, account], profiled: [...opened.profiled, child] },
    delivered: (expected) => child.ask<Deliveries>("delivered", expected),
    [Symbol.asyncDispose]: async () => {
      await child[Symbol.asyncDispose]();
      await opened[Symbol.asyncDispose]();
    },
  };
};
