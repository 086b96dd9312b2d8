import { type NetworkProxy, type ProxyOptions, startProxy } from "@leftfold/testing/proxy";
import { databaseUrl } from "./workbench.ts";

/** A bad network in front of the tests' PostgreSQL. */
export async function databaseProxy(options: Partial<ProxyOptions> = {}): Promise<NetworkProxy> {
  const { hostname, port } = new URL(databaseUrl);
  return await startProxy({ target: { host: hostname, port: Number(port || 5432) }, ...options });
}

/** Where a store finds PostgreSQL through it. */
export function urlThrough({ port }: NetworkProxy): string {
  const url = new URL(databaseUrl);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return url.href;
}
