import { createServer } from "node:net";
import type { SeededRandom } from "@leftfold/testing";

/** Below the ports from which systems take those of outgoing connections: none of these takes it meanwhile. */
const first = 18_000;
const count = 12_000;
const triesMax = 100;

/**
 * A port on 127.0.0.1 that nobody listens on, and that stays free while what listens on it is restarted.
 *
 * @throws Error when a hundred of them are taken.
 */
export async function freePort(random: SeededRandom): Promise<number> {
  for (let tries = 0; tries < triesMax; tries++) {
    const port = first + random.below(count);
    if (await isFree(port)) return port;
  }
  throw new Error(`No port is free from ${first} to ${first + count - 1}: ${triesMax} were tried.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}
