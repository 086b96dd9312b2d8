import { parseArgs } from "node:util";
import { openBank, runProjections } from "./application.ts";
import { bankApi } from "./bank-api.ts";
import { serve } from "./http-server.ts";
import { tour } from "./tour.ts";
import { openWorld } from "./world.ts";

// `example 004` takes the tour and ends. `example 004 --serve` stays, for you to ask, on port 8004 or `--port`.
const { values } = parseArgs({ options: { serve: { type: "boolean" }, port: { type: "string" } } });
const stays = values.serve ?? false;

// Ctrl-C, or a reader that has gone (`| head`), ends it in an orderly way, too: nothing stays behind.
const interrupted = new Promise((resolve) => {
  for (const signal of ["SIGINT", "SIGTERM"]) process.on(signal, resolve);
  process.stdout.on("error", resolve);
});

// A tenant of its own, so that the tour can be taken again on the same server and database.
await using world = await openWorld({
  tenantId: `bank-${Date.now()}`,
  databaseUrl: process.env["DATABASE_URL"],
  serverUrl: process.env["LEFTFOLD_URL"],
});
const { store, documents, place } = world;

await using _ = await runProjections(store, documents);
const api = bankApi(openBank(store, documents));
await using server = await serve(api, Number(values.port ?? (stays ? 8004 : 0)));

console.log(`The bank is open at ${server.url} (${place})`);
await Promise.race([tour(server.url, (line) => console.log(line)), interrupted]);

if (stays) {
  console.log(`
It stays open until Ctrl-C. Try:
   curl '${server.url}/accounts?sort=-balance&limit=2'
   curl -i ${server.url}/transfers -H 'content-type: application/json' -d '{"from":"eve","to":"bob","amount":10}'`);
  await interrupted;
}
