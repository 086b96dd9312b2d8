import { postgresBackend } from "@leftfold/backend-postgres";
import { startServer } from "@leftfold/server";
import { type MemoryRange, watchMemory } from "../harness/memory-watch.ts";
import { sampleResources, watchListeners } from "../soak/resource-sample.ts";
import { answerParent } from "./answer-parent.ts";
import type { ServeOptions } from "./server-process.ts";

// A Leftfold server in a process of its own, as in production, so that it does not share an event loop with
// its clients.

let serving:
  | { readonly stop: () => Promise<void>; readonly port: number; readonly options: ServeOptions }
  | undefined;
let memory: (() => MemoryRange) | undefined;

async function serve(options: ServeOptions, port: number): Promise<string> {
  const { databaseUrl, schema, shortPath } = options;
  const backend = await postgresBackend({ url: databaseUrl, schema });
  const server = await startServer({ backend, bindAddr: `127.0.0.1:${port}`, shortPath });
  const stop = async (): Promise<void> => {
    await server.close();
    await backend[Symbol.asyncDispose]();
  };
  serving = { stop, port: server.port, options };
  return server.url;
}

watchListeners();
answerParent(
  {
    serve: (options: ServeOptions) => serve(options, 0),
    restart: async () => {
      if (serving === undefined) throw new Error("There is no server to restart.");
      const { stop, port, options } = serving;
      await stop();
      await serve(options, port);
    },
    watchMemory: async () => {
      memory = watchMemory();
    },
    seenMemory: async () => memory?.(),
    sample: async () => sampleResources(),
  },
  async () => await serving?.stop(),
);
