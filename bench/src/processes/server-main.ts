import { postgresBackend } from "@leftfold/backend-postgres";
import { startServer } from "@leftfold/server";
import { type MemoryRange, watchMemory } from "../harness/memory-watch.ts";
import { answerParent } from "./answer-parent.ts";
import type { ServeOptions } from "./server-process.ts";

// A Leftfold server in a process of its own, as in production, so that it does not share an event loop with
// its clients.

let stop = async (): Promise<void> => {};
let memory: (() => MemoryRange) | undefined;

answerParent(
  {
    serve: async ({ databaseUrl, schema, shortPath }: ServeOptions): Promise<string> => {
      const backend = await postgresBackend({ url: databaseUrl, schema });
      const server = await startServer({ backend, bindAddr: "127.0.0.1:0", shortPath });
      stop = async () => {
        await server.close();
        await backend[Symbol.asyncDispose]();
      };
      return server.url;
    },
    watchMemory: async () => {
      memory = watchMemory();
    },
    seenMemory: async () => memory?.(),
  },
  () => stop(),
);
