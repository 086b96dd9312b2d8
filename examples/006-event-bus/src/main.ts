import { memoryBackend, memoryReadModels } from "@leftfold/backend-memory";
import { connect } from "@leftfold/client";
import { startServer } from "@leftfold/server";
import { openBroker } from "./open-broker.ts";
import { tour } from "./tour.ts";

// With LEFTFOLD_URL the log is kept by a server that runs already, such as `pnpm start`. Without, it brings its own.
const url = process.env["LEFTFOLD_URL"];

await using backend = memoryBackend();
await using server = url ? undefined : await startServer({ backend, bindAddr: "127.0.0.1:0" });
await using client = connect({ baseUrl: url ?? server!.url });

// A tenant of its own, so that the tour can be taken again on the same server.
const tenantId = `shop-${Date.now()}`;
console.log(`Tenant ${tenantId} on ${url ?? `${server!.url} (in memory, for this run only)`}`);
await using broker = await openBroker(tenantId, (line) => console.log(line));
await using readModels = memoryReadModels();
await tour({ store: client.tenant(tenantId), readModels, broker, say: (line) => console.log(line) });
