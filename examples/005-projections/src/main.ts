import { tour } from "./tour.ts";
import { openWorld } from "./world.ts";

const databaseUrl = process.env["DATABASE_URL"];
const serverUrl = process.env["LEFTFOLD_URL"];

// A tenant of its own, so that the tour can be taken again on the same server and database.
const tenantId = `bank-${Date.now()}`;
await using world = await openWorld({ tenantId, databaseUrl, serverUrl });

const log = serverUrl ?? "a server in memory, for this run only";
console.log(`Tenant ${tenantId}, log: ${log}, read models: ${databaseUrl ? "PostgreSQL" : "in memory"}`);
await tour(world, (line) => console.log(line));
