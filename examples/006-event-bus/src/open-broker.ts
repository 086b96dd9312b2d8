import type { Broker } from "./broker.ts";
import { inProcessBroker } from "./in-process-broker.ts";
import { natsBroker } from "./nats-broker.ts";
import { findNatsServer, howToGetNats, startNatsServer } from "./nats-server.ts";
import type { Say } from "./screen.ts";

/** The NATS of NATS_URL, one of its own where there is a `nats-server` to start, or else the bus within this process. */
export async function openBroker(tenantId: string, say: Say): Promise<Broker> {
  const url = process.env["NATS_URL"];
  if (url) return announced(await natsBroker(url, tenantId), say);
  const binary = findNatsServer();
  if (binary !== undefined) return announced(await ownNats(binary, tenantId), say);
  const broker = announced(inProcessBroker(), say);
  say(howToGetNats);
  return broker;
}

async function ownNats(binary: string, tenantId: string): Promise<Broker> {
  await using cleaning = new AsyncDisposableStack();
  const server = cleaning.use(await startNatsServer(binary));
  const broker = cleaning.use(await natsBroker(server.url, tenantId));
  const both = cleaning.move();
  return { ...broker, [Symbol.asyncDispose]: () => both.disposeAsync() };
}

function announced(broker: Broker, say: Say): Broker {
  say(`Broker ${broker.title}`);
  return broker;
}
