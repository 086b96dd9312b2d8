import { randomUUID } from "node:crypto";
import { openBank, runProjections } from "./application.ts";
import { bankApi } from "./bank-api.ts";
import { serve } from "./http-server.ts";
import { openWorld } from "./world.ts";

/** A bank for one test: client, server and read models on a PostgreSQL schema of its own. */
export async function openedBank() {
  await using opening = new AsyncDisposableStack();
  const { store, documents } = opening.use(
    await openWorld({
      tenantId: "bank",
      databaseUrl: process.env["DATABASE_URL"],
      serverUrl: undefined,
      schema: `example_004_${randomUUID().replaceAll("-", "")}`,
    }),
  );
  opening.use(await runProjections(store, documents));
  const { url } = opening.use(await serve(bankApi(openBank(store, documents), 2_000), 0));
  const open = opening.move();
  return { url, store, [Symbol.asyncDispose]: () => open.disposeAsync() };
}
