import { postgresReadModels } from "@leftfold/backend-postgres";
import {
  defineProjection,
  dropReadModel,
  type Projection,
  readModels,
  runProjection,
} from "@leftfold/event-sourcing";
import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { Account, type Balance, deposited, noBalance, withdrawn } from "../workload/account.ts";
import { tenantId } from "../workload/tenant.ts";
import { cpuAccounts } from "./append-trial.ts";
import type { OpenStore, StoreOpener } from "./open-store.ts";
import { rebuildTrial } from "./rebuild-trial.ts";

/** A log that is there already, and what a read model of it has to hold. */
export interface AccountLog {
  readonly schema: string;
  readonly events: number;
  readonly balances: ReadonlyMap<string, Balance>;
}

let versions = 0;

/** A projection that was not run before: as one is whose version was raised. */
function nextBalances(): Projection<Balance> {
  return defineProjection({
    name: "balances",
    version: ++versions,
    of: [Account],
    key: ({ aggregateId }) => aggregateId,
    initial: (): Balance => noBalance,
    on: { MoneyDeposited: deposited, MoneyWithdrawn: withdrawn },
  });
}

/** Leftfold's runner with its defaults, over a store that is reached in one way or another. */
export function rebuildWithLeftfold(
  bed: TestBed,
  name: string,
  about: string,
  log: AccountLog,
  openStore: StoreOpener,
): Contender {
  const open = async (): Promise<Trial> => {
    const through = await openStore(bed.database, log.schema);
    return await openRebuild(bed, name, log, through);
  };
  return { name, about, open };
}

async function openRebuild(
  bed: TestBed,
  contender: string,
  { schema, events, balances }: AccountLog,
  through: OpenStore,
): Promise<Trial> {
  const models = await postgresReadModels({ url: bed.database.url, schema, tenantId });
  const projection = nextBalances();
  const { name, version } = projection;
  return rebuildTrial({
    contender,
    events,
    expected: balances,
    cpu: cpuProbe(cpuAccounts(bed, through.accounts)),
    profiled: through.profiled,
    run: async () => {
      await using runner = runProjection(through.store, models, projection);
      await runner.caughtUp();
    },
    documents: () =>
      readModels(models)
        .of(projection, { version })
        .getMany([...balances.keys()]),
    [Symbol.asyncDispose]: async () => {
      await dropReadModel(models, { name, version });
      await models[Symbol.asyncDispose]();
      await through[Symbol.asyncDispose]();
    },
  });
}
