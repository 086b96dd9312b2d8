import { setTimeout } from "node:timers/promises";
import { isDeepStrictEqual } from "node:util";
import { any, type EventStore, type RecordedEvent } from "@leftfold/core";
import { foldProjection, readModels } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { Account, balances } from "./account.ts";
import { KilledRunners } from "./killed-runners.ts";
import { onSchema, openSchema } from "./world.ts";

export interface KilledRunnersOptions {
  readonly seed: number;
  /** Processes that run the projection at a time. */
  readonly runners: number;
  /** Whether they compete for all of it, or share its partitions. */
  readonly how: "alone" | "partitioned";
  /** Events that are written meanwhile. */
  readonly events: number;
  /** How often one of them is killed meanwhile. */
  readonly kills: number;
  /** How long the read model may take to get to the end of the log. */
  readonly timeoutMs: number;
}

export interface KilledRunnersReport {
  /** Where the read model is not the fold of the log, and what runners complained of, a sentence each. */
  readonly findings: readonly string[];
  readonly kills: number;
  /** Documents that the log folds to. */
  readonly documents: number;
}

/**
 * Runs one projection in several processes, each of them killed with SIGKILL at random and replaced, while writers write; then
 * holds the read model against the fold of the log.
 */
export async function killedRunnersRun(options: KilledRunnersOptions): Promise<KilledRunnersReport> {
  const { runners, how, events, timeoutMs } = options;
  const random = new SeededRandom(options.seed);
  await using schema = await openSchema();
  await using world = await onSchema(schema);
  await using pool = new KilledRunners(["projection", schema.url, schema.schema, how], random.fork());
  await Promise.all(Array.from({ length: runners }, () => pool.start()));
  const written: Written = { count: 0, max: events };
  const writers = Array.from({ length: 8 }, () => write(world.store, random.fork(), written));
  await Promise.all([...writers, kill(pool, random.fork(), written, options.kills)]);
  await pool.start();
  const view = readModels(world.readModels).of(balances);
  const findings: string[] = [];
  await view.waitFor(await world.store.head(), { timeoutMs }).catch((error: unknown) => {
    findings.push(`The read model did not get to the end of the log: ${error}`);
  });

  const folded = foldProjection(balances, await log(world.store));
  const kept = await view.getMany([...folded.keys()]);
  for (const [key, document] of folded) {
    const there = kept.get(key);
    if (isDeepStrictEqual(there, document)) continue;
    findings.push(`${key} folds to ${JSON.stringify(document)}, but is kept as ${JSON.stringify(there)}.`);
  }
  const count = await view.count();
  if (count > kept.size)
    findings.push(`${count - kept.size} documents are kept that the log does not fold to.`);
  findings.push(...pool.errors.map((error) => `A runner complained: ${error}`));
  return { findings, kills: pool.kills, documents: folded.size };
}

interface Written {
  count: number;
  readonly max: number;
}

async function write(store: EventStore, random: SeededRandom, written: Written): Promise<void> {
  while (written.count < written.max) {
    const aggregateId = `account-${random.below(40)}`;
    const count = 1 + random.below(8);
    written.count += count;
    const events = Array.from({ length: count }, () => {
      const data = { amount: random.below(100) };
      const type = random.chance(0.5) ? ("MoneyDeposited" as const) : ("MoneyWithdrawn" as const);
      if (random.chance(0.02)) return Account.encode({ type: "AccountClosed", data: {} }, aggregateId);
      return Account.encode({ type, data }, aggregateId);
    });
    await store.append({ appends: [{ aggregateType: "Account", aggregateId, expected: any, events }] });
  }
}

/** Kills when so many events are written, so that all of it happens while writers write. */
async function kill(
  pool: KilledRunners,
  random: SeededRandom,
  written: Written,
  kills: number,
): Promise<void> {
  for (let done = 0; done < kills; done++) {
    const next = (written.max * (done + random.below(100) / 100)) / kills;
    while (written.count < next) await setTimeout(1);
    await pool.killOne();
    void pool.start();
  }
}

async function log(store: EventStore): Promise<RecordedEvent[]> {
  const events: RecordedEvent[] = [];
  for await (const event of store.readAll()) events.push(event);
  return events;
}
