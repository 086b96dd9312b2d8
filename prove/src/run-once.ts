import { setTimeout } from "node:timers/promises";
import { abortable } from "@leftfold/core";
import { type StormOptions, type StormReport, StormViolation, storm } from "@leftfold/testing";
import { Milestone } from "./milestone.ts";
import type { RunPlan } from "./plan-run.ts";
import { type Struck, strike } from "./strike.ts";
import { type Traffic, trafficOf } from "./traffic.ts";
import type { Lab } from "./world/lab.ts";
import type { World } from "./world/world.ts";

/** What a run came to. */
export interface RunResult {
  readonly plan: RunPlan;
  /** What was broken, one sentence each; empty when all was as the contract says. */
  readonly findings: readonly string[];
  readonly struck: readonly Struck[];
  /** What the storm on each tenant did that found nothing wrong. */
  readonly storms: readonly StormReport[];
  readonly traffic: Traffic;
  readonly tookMs: number;
  /** What PostgreSQL said and was at in the end; only of a run that found something. */
  readonly postgres?: string | undefined;
}

/** Faults come when so many events have been acknowledged on each tenant. */
const underWayEvents = 20;
/** However slow the machine is, the load goes on until so many events have been acknowledged on each. */
const enoughEvents = 100;
const eventsMax = 20_000;
const stalledMs = 25_000;
const runTimeoutMs = 100_000;

/**
 * One run: load through all clients, faults at their moments, and, once they are healed and everybody has
 * read everything, the whole history held against the contract.
 *
 * @throws the signal's reason, and whatever its processes cannot be started for.
 */
export async function runOnce(lab: Lab, plan: RunPlan, outer: AbortSignal): Promise<RunResult> {
  const startedMs = performance.now();
  const signal = AbortSignal.any([outer, AbortSignal.timeout(runTimeoutMs)]);
  await using world = await lab.world(plan.shape, signal);
  const record = { findings: [] as string[], struck: [] as Struck[], storms: [] as StormReport[] };
  const fail = (error: unknown): void => {
    if (error instanceof StormViolation) record.findings.push(...error.findings);
    else record.findings.push(`The run failed: ${error instanceof Error ? error.message : String(error)}`);
  };
  const underWay = new Milestone(plan.shape.tenants, underWayEvents);
  const enough = new Milestone(plan.shape.tenants, enoughEvents);
  const striking = plan.strikes.map(async (planned) => {
    await abortable(underWay.all, signal);
    record.struck.push(await strike(planned, world, signal));
  });
  const healed = Promise.all(striking.map((struck) => struck.catch(fail))).then(async () => {
    await setTimeout(plan.tailMs, undefined, { signal });
    await abortable(enough.all, signal);
  });
  const storming = world.tenantIds.map(async (tenantId, tenant) => {
    const onAcknowledged = (events: number): void => {
      for (const milestone of [underWay, enough]) milestone.note(tenant, events);
    };
    const options = { ...load(plan, tenant), backends: world.clients, tenantId, onAcknowledged };
    try {
      record.storms.push(await storm({ ...options, until: healed, signal }));
    } catch (error) {
      for (const milestone of [underWay, enough]) milestone.giveUpOn(tenant);
      fail(error);
    }
  });
  await Promise.all([...storming, healed.catch(fail)]);
  outer.throwIfAborted();
  record.findings.push(...collapses(world));
  const tookMs = Math.round(performance.now() - startedMs);
  const postgres = record.findings.length === 0 ? undefined : await world.postgres.state().catch(String);
  return { plan, ...record, traffic: trafficOf(world), tookMs, postgres };
}

function load({ seed, shape }: RunPlan, tenant: number): Omit<StormOptions, "backends"> {
  const { writers, subscribers, slowSubscribers, aggregates, payloadBytes } = shape;
  return {
    seed: seed + tenant,
    writers,
    subscribers,
    slowSubscribers,
    aggregates,
    payloadBytes,
    events: eventsMax,
    stalledMs,
  };
}

/** A server has to outlive whatever becomes of its database and its clients. */
function collapses({ servers }: World): string[] {
  return servers.flatMap((server, i) => {
    const times = server.takeCollapses();
    return times === 0
      ? []
      : [`Server ${i} ended by itself, ${times} times. The end of what it said:\n${server.said}`];
  });
}
