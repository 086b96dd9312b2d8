import { setTimeout } from "node:timers/promises";
import type { EventStore } from "@leftfold/core";
import { readModels, repository } from "@leftfold/event-sourcing";
import { SeededRandom } from "@leftfold/testing";
import { KilledRunners } from "../projections/killed-runners.ts";
import { onSchema, openSchema } from "../projections/world.ts";
import { Transfer, transfers } from "./transfer.ts";

export interface KilledProcessesOptions {
  readonly seed: number;
  /** How many run the process at a time. */
  readonly runners: number;
  /** Whether they compete for all of it, or share its partitions. */
  readonly how: "alone" | "partitioned";
  /** What they have to carry out. */
  readonly transfers: number;
  /** How often one of them is killed meanwhile. */
  readonly kills: number;
  /** How long they may take until all is carried out. */
  readonly timeoutMs: number;
}

export interface KilledProcessesReport {
  /** Commands that took effect twice or never, and what runners complained of, a sentence each. */
  readonly findings: readonly string[];
  readonly kills: number;
}

const lookMs = 50;

/**
 * Runs one process manager in several operating system processes, each of them killed with SIGKILL at random and replaced, while
 * it is given work; then looks how often each of its commands took effect.
 */
export async function killedProcessesRun(options: KilledProcessesOptions): Promise<KilledProcessesReport> {
  const { runners, how, kills, timeoutMs } = options;
  const random = new SeededRandom(options.seed);
  await using schema = await openSchema();
  await using world = await onSchema(schema);
  await using pool = new KilledRunners(["process", schema.url, schema.schema, how], random.fork());
  await Promise.all(Array.from({ length: runners }, () => pool.start()));
  const ids = Array.from({ length: options.transfers }, (_, i) => `t${i}`);
  const every = Math.floor(ids.length / kills);
  for (const [i, id] of ids.entries()) {
    const data = { from: `account-${random.below(5)}`, to: `account-${random.below(5)}`, amount: 1 };
    await repository(world.store, Transfer).at(id).request(data);
    if (i % every !== every >> 1 || pool.kills === kills) continue;
    await pool.killOne();
    void pool.start();
  }
  const findings: string[] = [];
  const givenUpMs = performance.now() + timeoutMs;
  while ((await completed(world.store)) < ids.length && performance.now() < givenUpMs)
    await setTimeout(lookMs);
  await readModels(world.readModels)
    .of(transfers)
    .waitFor(await world.store.head(), { timeoutMs })
    .catch((error: unknown) => findings.push(`The process did not get to the end of the log: ${error}`));
  const found = await effects(world.store);
  for (const [effect, times] of Object.entries({ ...none(ids), ...found })) {
    if (times !== 1) findings.push(`${effect} took effect ${times} times.`);
  }
  findings.push(...pool.errors.map((error) => `A runner complained: ${error}`));
  return { findings, kills: pool.kills };
}

/** How often each command took effect, by what caused it. */
export async function effects(store: EventStore): Promise<Record<string, number>> {
  const requests = new Map<string, string>();
  const found: Record<string, number> = {};
  for await (const { eventId, eventType, aggregateId, causationId } of store.readAll()) {
    if (eventType === "TransferRequested") requests.set(eventId, aggregateId);
    const request = requests.get(causationId ?? "");
    if (request === undefined) continue;
    const effect = `${eventType} for ${request}`;
    found[effect] = (found[effect] ?? 0) + 1;
  }
  return found;
}

/** What each transfer has to come to, before it has. */
function none(ids: readonly string[]): Record<string, number> {
  const kinds = ["MoneyWithdrawn", "MoneyDeposited", "TransferCompleted"];
  return Object.fromEntries(ids.flatMap((id) => kinds.map((kind) => [`${kind} for ${id}`, 0])));
}

async function completed(store: EventStore): Promise<number> {
  let count = 0;
  const query = { anyOf: [{ eventTypes: ["TransferCompleted"] }] };
  for await (const _ of store.readAll({ query })) count++;
  return count;
}
