import { memoryBackend } from "@leftfold/backend-memory";
import type { ServerOptions } from "../server-options.ts";
import { type Server, startServer } from "../start-server.ts";
import { HeldBackend } from "./held-backend.ts";
import { type RawAnswer, type RawCall, RawClient } from "./raw-call.ts";

/** A server over a memory that always records the same, and a client of it. */
export interface Path extends AsyncDisposable {
  readonly backend: HeldBackend;
  readonly server: Server;
  readonly client: RawClient;
}

export async function openPath(options: Partial<ServerOptions>): Promise<Path> {
  let ids = 0;
  const backend = new HeldBackend(
    memoryBackend({
      clock: () => new Date(0),
      newEventId: () => `00000000-0000-7000-8000-${String(++ids).padStart(12, "0")}`,
    }),
  );
  const server = await startServer({ backend, bindAddr: "127.0.0.1:0", shutdownTimeoutMs: 1000, ...options });
  const client = new RawClient(server.url);
  return {
    backend,
    server,
    client,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      await server.close();
    },
  };
}

/** The short path and Connect's, side by side, each over a memory of its own. */
export class BothPaths {
  readonly paths: readonly [short: Path, connect: Path];

  constructor(paths: readonly [Path, Path]) {
    this.paths = paths;
  }

  static async open(options: Partial<ServerOptions> = {}): Promise<BothPaths> {
    return new BothPaths([
      await openPath({ ...options, shortPath: true }),
      await openPath({ ...options, shortPath: false }),
    ]);
  }

  /** Makes the same call over both, and gives both answers. */
  async call(call: RawCall): Promise<[short: RawAnswer, connect: RawAnswer]> {
    const [short, connect] = this.paths;
    return Promise.all([short.client.call(call), connect.client.call(call)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const path of this.paths) await path[Symbol.asyncDispose]();
  }
}
