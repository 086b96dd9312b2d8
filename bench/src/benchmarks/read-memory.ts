import { cpuAccounts } from "../contenders/append-trial.ts";
import { openInProcess, openRemote } from "../contenders/open-store.ts";
import { count } from "../contenders/read-trial.ts";
import { type Benchmark, extraAtMost, type TestBed, type Trial } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { type MemoryRange, watchMemory } from "../harness/memory-watch.ts";
import { repeat } from "../harness/repeat.ts";
import { writeLog } from "../workload/read-log.ts";

const events = 1_000_000;
const aggregates = 1000;
// The heap of a new process takes hundreds of thousands of events to find its size.
const warmUpEvents = 500_000;
const contender = "client and server";
// Reading holds on to nothing when it drifts by less than a twentieth of what it reads.
const driftMiBMax = 32;

export const readMemory: Benchmark = {
  name: "read-memory",
  summary: `client and server memory while reading ${events.toLocaleString("en-US")} events (about 600 MB)`,
  unit: "event",
  runs: 1,
  targets: [
    extraAtMost(contender, "server RSS drift MiB", driftMiBMax, "MiB"),
    extraAtMost(contender, "client RSS drift MiB", driftMiBMax, "MiB"),
  ],
  open: async (bed) => {
    const schema = bed.database.freshSchema();
    const local = await openInProcess(bed.database, schema);
    try {
      await writeLog(local.store, { aggregates, eventsPerAggregate: events / aggregates });
    } finally {
      await local[Symbol.asyncDispose]();
    }
    const about = "reads the whole log once, after half of it to warm up";
    return [{ name: contender, about, open: () => openTrial(bed, schema) }];
  },
};

async function openTrial(bed: TestBed, schema: string): Promise<Trial> {
  const remote = await openRemote(bed.database, schema);
  const { child } = remote.server;
  return {
    profiled: remote.profiled,
    measure: async (): Promise<Measurement> => {
      await count(remote.store.readAll({ maxCount: warmUpEvents }));
      await child.ask("watchMemory");
      const clientSeen = watchMemory();
      const measured = await repeat({
        warmUpMs: 0,
        measureMs: 1,
        cpu: cpuProbe(cpuAccounts(bed, remote.accounts)),
        operation: async () => {
          const read = await count(remote.store.readAll());
          if (read !== events) throw new Error(`Read ${read} events of ${events}.`);
          return read;
        },
      });
      const client = clientSeen();
      const server = await child.ask<MemoryRange>("seenMemory");
      return { ...measured, extras: { ...shown("server", server), ...shown("client", client) } };
    },
    [Symbol.asyncDispose]: () => remote[Symbol.asyncDispose](),
  };
}

function shown(process: string, seen: MemoryRange): Record<string, number> {
  return {
    [`${process} RSS drift MiB`]: seen.rssDriftMiB,
    [`${process} RSS max − min MiB`]: seen.rssMaxMiB - seen.rssMinMiB,
    [`${process} RSS max MiB`]: seen.rssMaxMiB,
    [`${process} heap max MiB`]: seen.heapMaxMiB,
  };
}
