import { memoryBackend } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { tour } from "./tour.ts";

// With LEFTFOLD_URL the bank is kept by a server that runs already, such as `pnpm start`. Without, it brings its own.
const url = process.env["LEFTFOLD_URL"];

await using backend = memoryBackend();
await using server = url ? undefined : await startServer({ backend, bindAddr: "127.0.0.1:0" });
await using clients = new AsyncDisposableStack();

// A tenant of its own, so that the tour can be taken again on the same server.
const tenantId = `bank-${Date.now()}`;
console.log(`Tenant ${tenantId} on ${url ?? `${server!.url} (in memory, for this run only)`}`);
await tour({
  openClient: () => clients.use(connect({ baseUrl: url ?? server!.url })).tenant(tenantId),
  day: new Date().toISOString().slice(0, 10),
  say: (line) => console.log(line),
});
