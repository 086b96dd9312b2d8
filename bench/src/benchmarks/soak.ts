import { type Benchmark, extraAtMost, type TestBed, type Trial } from "../harness/benchmark.ts";
import { LatencyHistogram } from "../harness/latency-histogram.ts";
import type { Measurement } from "../harness/measurement.ts";
import { Child } from "../processes/child.ts";
import { type ServerProcess, startServerProcess } from "../processes/server-process.ts";
import { atRest } from "../soak/at-rest.ts";
import { databaseConnections } from "../soak/database-connections.ts";
import type { ResourceSample } from "../soak/resource-sample.ts";
import { roundsOf, type SoakPlan, soakPlan } from "../soak/soak-plan.ts";
import { driftMax, driftName, drifts, SoakSamples } from "../soak/soak-series.ts";

const hoursByDefault = 2;
const contender = "client and server";

export const soak: Benchmark = {
  name: "soak",
  summary: `what server and client hold on to while they do the work of ${hoursByDefault} hours (--hours)`,
  unit: "append",
  runs: 1,
  targets: Object.entries(driftMax).map(([name, most]) =>
    extraAtMost(contender, driftName(name), most, name.split(" ").at(-1)!),
  ),
  open: async (bed) => {
    const plan = soakPlan(bed.hours ?? hoursByDefault, bed.events);
    return [
      {
        name: contender,
        about: "appends, subscriptions that end and begin anew, rebuilds, and a server that is restarted",
        parameters: { ...plan },
        open: () => openTrial(bed, plan),
      },
    ];
  },
};

async function openTrial({ database, tell }: TestBed, plan: SoakPlan): Promise<Trial> {
  // Its connections are counted.
  const databaseUrl = await database.freshDatabase();
  const schema = database.freshSchema();
  const server = await startServerProcess({ databaseUrl, schema, shortPath: true });
  const client = new Child("client", new URL("../processes/soak-main.ts", import.meta.url));
  const serverPort = Number(new URL(server.url).port);
  await client.ask("begin", { serverPort, databaseUrl, schema, subscribers: plan.subscribers });
  const look = async (samples: SoakSamples): Promise<void> => {
    for (const child of [client, server.child]) {
      samples.addProcess(child.name, await atRest(() => child.ask<ResourceSample>("sample")));
    }
    samples.add("database connections", await databaseConnections(database.sql, databaseUrl));
    tell?.(samples.latest());
  };
  return {
    profiled: [client, server.child],
    measure: () => measure(plan, server, client, look),
    [Symbol.asyncDispose]: async () => {
      await client[Symbol.asyncDispose]();
      await server[Symbol.asyncDispose]();
    },
  };
}

async function measure(
  plan: SoakPlan,
  server: ServerProcess,
  client: Child,
  look: (samples: SoakSamples) => Promise<void>,
): Promise<Measurement> {
  const samples = new SoakSamples();
  const took = new LatencyHistogram();
  let units = 0;
  let seconds = 0;
  for (const { rebuilds, restartsServer } of roundsOf(plan)) {
    const round = { appends: plan.appendsPerRound, reconnects: plan.reconnectsPerRound, rebuilds };
    const [appending] = await Promise.all([
      client.ask<number>("round", round),
      restartsServer ? server.child.ask("restart") : undefined,
    ]);
    units += plan.appendsPerRound;
    seconds += appending;
    took.record(appending * 1000);
    samples.add("appends/s", plan.appendsPerRound / appending);
    await look(samples);
  }
  const { series } = samples;
  return {
    units,
    seconds,
    unitsPerSecond: units / seconds,
    latency: took.summary(),
    cpuMicrosPerUnit: {},
    extras: drifts(series),
    series,
  };
}
