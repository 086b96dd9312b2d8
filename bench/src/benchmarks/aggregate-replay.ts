import { isDeepStrictEqual } from "node:util";
import { memoryBackend } from "@leftfold/backend-memory";
import type { EventStore } from "@leftfold/core";
import { repository } from "@leftfold/event-sourcing";
import { openInProcess } from "../contenders/open-store.ts";
import { reader } from "../contenders/read-trial.ts";
import { type Benchmark, type Contender, rateRatio, type TestBed } from "../harness/benchmark.ts";
import { Account, type AccountEvents, type Balance, noBalance } from "../workload/account.ts";
import { accountEvents, accountId, writeAccountLog } from "../workload/account-log.ts";
import { aggregateType } from "../workload/aggregate-choice.ts";
import { tenantId } from "../workload/tenant.ts";

const events = 10_000;
const aggregateId = accountId(0);
// No more than 1.3 times the cost.
const wanted = 0.77;

export const aggregateReplay: Benchmark = {
  name: "aggregate-replay",
  summary: `an aggregate of ${events.toLocaleString("en-US")} events, loaded through a repository and by hand`,
  unit: "event",
  targets: [
    rateRatio("load, PostgreSQL", "by hand, PostgreSQL", wanted),
    rateRatio("load, memory", "by hand, memory", wanted),
  ],
  open: async (bed) => {
    const schema = bed.database.freshSchema();
    const local = await openInProcess(bed.database, schema);
    bed.closeLater(local);
    const memory = memoryBackend();
    bed.closeLater(memory);
    const inMemory = await inTwoWays(bed, "memory", memory.tenant(tenantId));
    const inPostgres = await inTwoWays(bed, "PostgreSQL", local.store);
    await bed.database.sql.unsafe(`vacuum analyze "${schema}".events`);
    return [...inPostgres, ...inMemory];
  },
};

async function inTwoWays(bed: TestBed, where: string, store: EventStore): Promise<Contender[]> {
  const log = [...accountEvents(events)].map((event) => ({ ...event, accountId: aggregateId }));
  await writeAccountLog(store, log);
  const accounts = repository(store, Account);
  const load = async (): Promise<Balance> => (await accounts.load(aggregateId)).state;
  const [loaded, folded] = [await load(), await loadByHand(store)];
  if (loaded.deposits + loaded.withdrawals !== events || !isDeepStrictEqual(loaded, folded)) {
    throw new Error(`${JSON.stringify(loaded)} was loaded of what is ${JSON.stringify(folded)} by hand.`);
  }
  const counted = (read: () => Promise<Balance>) => async (): Promise<number> => {
    const { deposits, withdrawals } = await read();
    return deposits + withdrawals;
  };
  return [
    reader(bed, `load, ${where}`, "repository(…).load", counted(load)),
    reader(
      bed,
      `by hand, ${where}`,
      "readStream, JSON.parse and a switch, in one loop",
      counted(() => loadByHand(store)),
    ),
  ];
}

const utf8 = new TextDecoder();

/** What one would write without the layer. */
async function loadByHand(store: EventStore): Promise<Balance> {
  let { balance, deposits, withdrawals } = noBalance;
  for await (const { eventType, payload } of store.readStream({ aggregateType, aggregateId })) {
    switch (eventType as keyof AccountEvents) {
      case "MoneyDeposited": {
        const { amount } = JSON.parse(utf8.decode(payload)) as AccountEvents["MoneyDeposited"];
        balance += amount;
        deposits++;
        break;
      }
      case "MoneyWithdrawn": {
        const { amount } = JSON.parse(utf8.decode(payload)) as AccountEvents["MoneyWithdrawn"];
        balance -= amount;
        withdrawals++;
      }
    }
  }
  return { balance, deposits, withdrawals };
}
