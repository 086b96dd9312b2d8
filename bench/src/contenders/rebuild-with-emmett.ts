import { getPostgreSQLEventStore, pongoSingleStreamProjection } from "@event-driven-io/emmett-postgresql";
import { pongoClient } from "@event-driven-io/pongo";
import type { Contender, TestBed, Trial } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import { openEmmettSchema } from "../peers/emmett-schema.ts";
import { type AccountEvents, type Balance, deposited, noBalance, withdrawn } from "../workload/account.ts";
import { type AccountEvent, balancesOf, groupedByAccount } from "../workload/account-log.ts";
import { cpuAccounts } from "./append-trial.ts";
import { rebuildTrial } from "./rebuild-trial.ts";
import type { AccountLog } from "./rebuild-with-leftfold.ts";

type EmmettEvent = {
  [Type in keyof AccountEvents]: { type: Type; data: AccountEvents[Type] & Record<string, unknown> };
}[keyof AccountEvents];

/** As Pongo asks for it: an alias, to which an index can be added, and not an interface. */
type BalanceDocument = Pick<Balance, keyof Balance>;

/** What Emmett projects, in a schema of its own. */
export interface EmmettLog extends AccountLog {
  readonly url: string;
}

/**
 * Appends all of the events with Emmett's own store, in the order in which they lie in Leftfold's log.
 *
 * One append after the other: among appends that run at once some get global positions in another order than
 * transaction ids, and its consumer, which reads by both, passes over events then.
 */
export async function writeEmmettLog(bed: TestBed, events: Iterable<AccountEvent>): Promise<EmmettLog> {
  const there = await openEmmettSchema(bed.database);
  bed.closeLater(there);
  const { url, schema } = there;
  const written: AccountEvent[] = [...events];
  const store = getPostgreSQLEventStore(url);
  try {
    await store.schema.migrate();
    for (const [accountId, own] of groupedByAccount(written)) {
      await store.appendToStream(
        accountId,
        own.map(({ type, data }): EmmettEvent => ({ type, data: { ...data } })),
      );
    }
  } finally {
    await store.close();
  }
  await bed.database.sql.unsafe(`vacuum analyze "${schema}".emt_messages`);
  return { url, schema, events: written.length, balances: balancesOf(written) };
}

let versions = 0;

/** A projection of one document per stream, in Emmett's way: by its consumer, with Pongo. */
export function rebuildWithEmmett(bed: TestBed, name: string, about: string, log: EmmettLog): Contender {
  return { name, about, open: () => openRebuild(bed, name, log) };
}

async function openRebuild(
  bed: TestBed,
  contender: string,
  { url, events, balances }: EmmettLog,
): Promise<Trial> {
  const store = getPostgreSQLEventStore(url);
  // A collection and a checkpoint of its own for each run: its rebuild of a projection that has run before
  // empties the collection, and then goes on from the old checkpoint.
  const version = ++versions;
  const collectionName = "balances";
  const projection = pongoSingleStreamProjection<BalanceDocument, EmmettEvent>({
    collectionName,
    version,
    canHandle: ["MoneyDeposited", "MoneyWithdrawn"],
    evolve: (document: BalanceDocument | null, { type, data }: EmmettEvent) =>
      type === "MoneyDeposited"
        ? deposited(document ?? noBalance, data)
        : withdrawn(document ?? noBalance, data),
  });
  return rebuildTrial({
    contender,
    events,
    expected: balances,
    cpu: cpuProbe(cpuAccounts(bed)),
    run: async () => {
      const consumer = store.consumer<EmmettEvent>({
        stopWhen: { noMessagesLeft: true },
      });
      consumer.projector({ projection });
      await consumer.start();
    },
    documents: async () => {
      const pongo = pongoClient(url);
      try {
        const found = await pongo
          .db()
          .collection<BalanceDocument & { _id: string }>(`${collectionName}_v${version}`)
          .find();
        return new Map(
          found.map(({ _id, balance, deposits, withdrawals }) => [_id, { balance, deposits, withdrawals }]),
        );
      } finally {
        await pongo.close();
      }
    },
    [Symbol.asyncDispose]: () => store.close(),
  });
}
