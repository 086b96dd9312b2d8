import { matches } from "@leftfold/core";
import type { Simulation } from "@leftfold/testing/simulation";
import { LogBatch } from "../log-batch.ts";
import type { LogPages } from "../log-pages.ts";
import type { LogStretch, Page } from "../read-page.ts";
import type { SimulatedLog } from "./simulated-log.ts";

/** Small, so that few events make many pages. */
const pageEventsMax = 2;

/** A simulated log, as a server reads it page by page: on its own connections, which break as those that write do. */
export function simulatedLogPages(simulation: Simulation, who: string, log: SimulatedLog): LogPages {
  const read = async <T>(what: string, effect: () => T): Promise<T> => {
    const isLost = simulation.strikes(who, "the connection of a reader breaks");
    await simulation.turn(who, what);
    if (isLost) throw Object.assign(new Error("lost"), { code: "CONNECTION_CLOSED" });
    const result = effect();
    await simulation.turn(who, "has what it read");
    return result;
  };
  return {
    tenantId: "t",
    readHead: () => read("reads the head", () => log.head.nonce),
    async *readPage(stretch: LogStretch): Page {
      const what = `reads from ${stretch.lowest} to ${stretch.highest}`;
      const { batch, isFull } = await read(what, () => pageOf(log, stretch));
      if (batch !== undefined) yield { batch, lastNonce: batch.lastGlobalNonce };
      return isFull;
    },
  };
}

function pageOf(
  log: SimulatedLog,
  { lowest, highest, query }: LogStretch,
): { batch: LogBatch | undefined; isFull: boolean } {
  const found = log.events.filter(
    (event) =>
      event.globalNonce >= lowest &&
      event.globalNonce <= highest &&
      (query === undefined || matches(query, event)),
  );
  const page = found.slice(0, pageEventsMax);
  const isFull = page.length === pageEventsMax;
  if (page.length === 0) return { batch: undefined, isFull };
  const batch = new LogBatch({
    bytes: Buffer.concat(page.map(({ bytes }) => bytes)),
    count: page.length,
    firstGlobalNonce: page[0]!.globalNonce,
    lastGlobalNonce: page.at(-1)!.globalNonce,
  });
  return { batch, isFull };
}
