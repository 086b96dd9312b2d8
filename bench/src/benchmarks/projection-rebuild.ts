import { openInProcess, openRemote } from "../contenders/open-store.ts";
import { rebuildWithEmmett, writeEmmettLog } from "../contenders/rebuild-with-emmett.ts";
import { type AccountLog, rebuildWithLeftfold } from "../contenders/rebuild-with-leftfold.ts";
import { type Benchmark, rateRatio, type TestBed } from "../harness/benchmark.ts";
import { accountEvents, balancesOf, writeAccountLog } from "../workload/account-log.ts";

/** Emmett takes a minute for as many, so that three runs are done in five; `--events` asks for more. */
const eventsByDefault = 100_000;

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
    const theirs = await writeEmmettLog(bed, accountEvents(events));
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
        `Emmett 0.42.0, its consumer with its defaults, the same ${events} events in the same database`,
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
