import { postgresReadModels } from "@leftfold/backend-postgres";
import type { EventStore } from "@leftfold/core";
import { defineProjection, dropReadModel, runProjection } from "@leftfold/event-sourcing";
import { Account, type Balance, deposited, noBalance, withdrawn } from "../workload/account.ts";
import { tenantId } from "../workload/tenant.ts";

/** Builds a read model of the whole log, under a version of its own, and drops it again. */
export async function rebuildOnce(
  store: EventStore,
  { databaseUrl: url, schema }: { readonly databaseUrl: string; readonly schema: string },
  version: number,
): Promise<void> {
  await using models = await postgresReadModels({ url, schema, tenantId });
  const projection = defineProjection({
    name: "balances",
    version,
    of: [Account],
    key: ({ aggregateId }) => aggregateId,
    initial: (): Balance => noBalance,
    on: { MoneyDeposited: deposited, MoneyWithdrawn: withdrawn },
  });
  {
    await using runner = runProjection(store, models, projection);
    await runner.caughtUp();
  }
  await dropReadModel(models, { name: projection.name, version });
}
