import type { Broker } from "./broker.ts";
import { inProcessBroker } from "./in-process-broker.ts";
import { natsBroker } from "./nats-broker.ts";
import { findNatsServer, howToGetNats, startNatsServer } from "./nats-server.ts";
import type { Say } from "./screen.ts";

/** Which NATS there is: one that runs, or a program to start one with. */
interface FoundNats {
  readonly url?: string | undefined;
  readonly binary?: string | undefined;
}

/** The NATS of NATS_URL, or one of its own where there is a program for it, or else the bus within this process. */
export async function openBroker(
  tenantId: string,
  say: Say,
  { url, binary }: FoundNats = { url: process.env["NATS_URL"], binary: findNatsServer() },
): Promise<Broker> {
  if (url) return announced(await natsBroker(url, tenantId), say);
  if (binary !== undefined) return announced(await ownNats(binary, tenantId), say);
  const broker = announced(inProcessBroker(), say);
  say(howToGetNats);
  return broker;
}

async function ownNats(binary: string, tenantId: string): Promise<Broker> {
  await using starting = new AsyncDisposableStack();
  const server = starting.use(await startNatsServer(binary));
  const broker = starting.use(await natsBroker(server.url, tenantId));
  const both = starting.move();
  return { ...broker, [Symbol.asyncDispose]: () => both.disposeAsync() };
}

function announced(broker: Broker, say: Say): Broker {
  say(`Broker ${broker.title}`);
  return broker;
}
