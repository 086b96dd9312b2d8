import { isDeepStrictEqual } from "node:util";
import { memoryBackend } from "@leftfold/backend-memory";
import type { EventStore } from "@leftfold/core";
import { repository } from "@leftfold/event-sourcing";
import { openInProcess } from "../contenders/open-store.ts";
import { count, reader } from "../contenders/read-trial.ts";
import { type Benchmark, type Contender, rateRatio, type TestBed } from "../harness/benchmark.ts";
import { Account, type AccountEvents, type Balance, noBalance } from "../workload/account.ts";
import { accountEvents, accountId, balancesOf, writeAccountLog } from "../workload/account-log.ts";
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
    rateRatio("load, PostgreSQL", "already decoded, PostgreSQL", wanted),
    rateRatio("load, memory", "by hand, memory", wanted),
  ],
  open: async (bed) => {
    const schema = bed.database.freshSchema();
    const local = await openInProcess(bed.database, schema);
    bed.closeLater(local);
    const memory = memoryBackend();
    bed.closeLater(memory);
    const [loadMemory, handMemory] = await contenders(bed, "memory", memory.tenant(tenantId));
    const inPostgres = await contenders(bed, "PostgreSQL", local.store);
    await bed.database.sql.unsafe(`vacuum analyze "${schema}".events`);
    return [...inPostgres, loadMemory, handMemory];
  },
};

/** Writes the aggregate, and loads it in three ways. */
async function contenders(
  bed: TestBed,
  where: string,
  store: EventStore,
): Promise<[load: Contender, byHand: Contender, decoded: Contender]> {
  const log = [...accountEvents(events)].map((event) => ({ ...event, accountId: aggregateId }));
  await writeAccountLog(store, log);
  const accounts = repository(store, Account);
  const expected = balancesOf(log).get(aggregateId);
  const contender = (name: string, about: string, load: () => Promise<Balance>): Contender =>
    reader(bed, `${name}, ${where}`, about, async () => {
      const balance = await load();
      if (isDeepStrictEqual(balance, expected)) return events;
      throw new Error(`${name} came to ${JSON.stringify(balance)}, not to ${JSON.stringify(expected)}.`);
    });
  return [
    contender("load", "repository(…).load", async () => (await accounts.load(aggregateId)).state),
    contender("by hand", "readStream, JSON.parse and a switch, in one loop", () => loadByHand(store)),
    contender("already decoded", "readStream, and a fold of events that are decoded already", async () => {
      await count(store.readStream({ aggregateType, aggregateId }));
      return balancesOf(log).get(aggregateId) ?? noBalance;
    }),
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
