import { SeededRandom } from "@leftfold/testing";
import { type CommitMoment, type NetworkProxy, postgresTap, startProxy } from "@leftfold/testing/proxy";
import type { Needs } from "./needs.ts";
import { freePort } from "./port.ts";
import type { Way, WayEnds } from "./way.ts";
import type { World } from "./world.ts";

/** A way through a network that can be made bad. */
export class ProxiedWay implements Way {
  readonly proxy: NetworkProxy;
  /** What it leads from, and to, in words. */
  readonly name: string;
  /** Asked for every statement on a way to PostgreSQL, by its text: when the connection is to be cut by it. */
  cutAt: (text: string) => CommitMoment | undefined = () => undefined;

  private constructor(proxy: NetworkProxy, name: string) {
    this.proxy = proxy;
    this.name = name;
  }

  static async open({ from, index, targetPort }: WayEnds): Promise<ProxiedWay> {
    let way: ProxiedWay | undefined;
    const tap = postgresTap({ cutAt: ({ text }) => way?.cutAt(text) });
    const proxy = await startProxy({
      target: { port: targetPort },
      // One that stays free while connections are refused.
      port: await freePort(new SeededRandom()),
      ...(from === "server" && { tap }),
    });
    way = new ProxiedWay(
      proxy,
      from === "server" ? `server ${index} to PostgreSQL` : `client ${index} to server`,
    );
    return way;
  }

  get port(): number {
    return this.proxy.port;
  }

  /** Makes it good again. */
  async heal(): Promise<void> {
    this.cutAt = () => undefined;
    await this.proxy.heal();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.proxy[Symbol.asyncDispose]();
  }
}

/** What faults of the network need. */
export const proxiedWays: Needs = { openWay: (ends) => ProxiedWay.open(ends) };

/** The ways that can be made bad: all of them, or those to PostgreSQL. */
export function proxiedWaysIn({ postgresWays, serverWays }: World, which: "all" | "postgres"): ProxiedWay[] {
  const ways = which === "all" ? [...postgresWays, ...serverWays] : postgresWays;
  return ways.filter((way) => way instanceof ProxiedWay);
}
