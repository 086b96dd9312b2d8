import { openInProcess, openRemote } from "../contenders/open-store.ts";
import { type EmmettLog, rebuildWithEmmett, writeEmmettLog } from "../contenders/rebuild-with-emmett.ts";
import { type AccountLog, rebuildWithLeftfold } from "../contenders/rebuild-with-leftfold.ts";
import { type Benchmark, rateRatio, type TestBed } from "../harness/benchmark.ts";
import {
  type AccountEvent,
  accountEvents,
  accountId,
  accountsOf,
  balancesOf,
  writeAccountLog,
} from "../workload/account-log.ts";

const eventsByDefault = 1_000_000;
/** More would take its consumer many minutes; the longer its log, the slower it is. */
const emmettEventsMax = 10_000;

const inProcess = "in process";
const clientAndServer = "client and server";
const emmett = "Emmett";

export const projectionRebuild: Benchmark = {
  name: "projection-rebuild",
  summary: `a projection of ${eventsByDefault.toLocaleString("en-US")} events (--events) to PostgreSQL, from the first on`,
  unit: "event",
  targets: [rateRatio(inProcess, emmett, 20), rateRatio(clientAndServer, emmett, 20)],
  open: async (bed) => {
    const { events = eventsByDefault } = bed;
    const ours = await writeLog(bed, events);
    const theirs = await writeLogOfFirstAccounts(bed, events);
    return [
      rebuildWithLeftfold(
        bed,
        inProcess,
        "Leftfold's runner over the backend for PostgreSQL",
        ours,
        openInProcess,
      ),
      rebuildWithLeftfold(
        bed,
        clientAndServer,
        "the same runner over a client, the server elsewhere",
        ours,
        openRemote,
      ),
      rebuildWithEmmett(
        bed,
        emmett,
        `Emmett 0.42.0, its consumer with its defaults, ${theirs.events} events`,
        theirs,
      ),
    ];
  },
};

async function writeLog(bed: TestBed, events: number): Promise<AccountLog> {
  const { database } = bed;
  const schema = database.freshSchema();
  const local = await openInProcess(database, schema);
  try {
    await writeAccountLog(local.store, accountEvents(events));
  } finally {
    await local[Symbol.asyncDispose]();
  }
  await database.sql.unsafe(`vacuum analyze "${schema}".events`);
  return { schema, events, balances: balancesOf(accountEvents(events)) };
}

/** Whole streams: then these accounts' documents are the same, however many events there are of others. */
async function writeLogOfFirstAccounts(bed: TestBed, events: number): Promise<EmmettLog> {
  const accounts = Math.min(accountsOf(events), accountsOf(emmettEventsMax));
  const ids = new Set(Array.from({ length: accounts }, (_, account) => accountId(account)));
  const theirs: AccountEvent[] = [];
  for (const event of accountEvents(events)) if (ids.has(event.accountId)) theirs.push(event);
  return await writeEmmettLog(bed, theirs);
}
