import { cpuAccounts } from "../contenders/append-trial.ts";
import { type FanOpener, type OpenFan, openLocalFan, openRemoteFan } from "../fan-out/open-fan.ts";
import { branches, stampedAppend } from "../fan-out/stamped-event.ts";
import { type Benchmark, type Contender, extraRatioAtMost, type TestBed } from "../harness/benchmark.ts";
import { cpuProbe } from "../harness/cpu-time.ts";
import type { Measurement } from "../harness/measurement.ts";
import { openLoop } from "../harness/open-loop.ts";
import { queryMeter } from "../postgres/query-meter.ts";

const ratePerSecond = 50;
const inFlightMax = 1000;
const growthMax = 1.2;
const queriesPerSecond = "queries/s";

interface Way {
  readonly name: string;
  readonly about: string;
  readonly openFan: FanOpener;
  readonly filtered: boolean;
  readonly counts: readonly number[];
}

const ways: readonly Way[] = [
  {
    name: "in process",
    about: "store and subscribers in the process of who appends",
    openFan: openLocalFan,
    filtered: false,
    counts: [1, 50, 500],
  },
  {
    name: "client and server",
    about: "a server, and a process of subscribers that share 4 connections",
    openFan: openRemoteFan,
    filtered: false,
    counts: [1, 50, 500],
  },
  {
    name: "filtered",
    about: `the same, where each wants the events of one tag, of ${branches}`,
    openFan: openRemoteFan,
    filtered: true,
    counts: [1, 50, 500],
  },
];

export const fanOut: Benchmark = {
  name: "fan-out",
  summary: `1, 50 and 500 live subscribers to one log at ${ratePerSecond} appends/s: from append to delivery`,
  unit: "event",
  seconds: 6,
  parameters: { appendsPerSecond: ratePerSecond },
  targets: ways.flatMap((way) =>
    way.counts.slice(1).map((count) => {
      const least = nameOf(way, way.counts[0]!);
      return extraRatioAtMost(nameOf(way, count), least, queriesPerSecond, growthMax);
    }),
  ),
  open: async (bed) => {
    // What others do in their databases is not counted.
    const url = await bed.database.freshDatabase();
    const there: TestBed = { ...bed, database: { ...bed.database, url } };
    return ways.flatMap((way) => way.counts.map((count) => contender(there, way, count)));
  },
};

function nameOf({ name }: Way, count: number): string {
  return `${name}, ${count}`;
}

function contender(bed: TestBed, way: Way, subscribers: number): Contender {
  const { filtered, about, openFan } = way;
  return {
    name: nameOf(way, subscribers),
    about,
    parameters: { subscribers, filtered: String(filtered) },
    open: async () => {
      const fan = await openFan(bed.database, bed.database.freshSchema(), { subscribers, filtered });
      return {
        profiled: fan.opened.profiled,
        measure: () =>
          measure(bed, fan, (arrival) => (filtered ? wantedBy(arrival, subscribers) : subscribers)),
        [Symbol.asyncDispose]: () => fan[Symbol.asyncDispose](),
      };
    },
  };
}

/** How many of the subscribers want the events of this branch, when each wants those of one after the other. */
function wantedBy(arrival: number, subscribers: number): number {
  return Math.ceil((subscribers - (arrival % branches)) / branches);
}

async function measure(
  bed: TestBed,
  { opened, delivered }: OpenFan,
  deliveriesOf: (arrival: number) => number,
): Promise<Measurement> {
  const { database, warmUpMs, measureMs } = bed;
  const queries = queryMeter(database);
  const warmArrivals = Math.ceil((warmUpMs * ratePerSecond) / 1000);
  let expected = 0;
  let startedMs = 0;
  const appended = await openLoop({
    ratePerSecond,
    inFlightMax,
    warmUpMs,
    measureMs,
    cpu: cpuProbe(cpuAccounts(bed, opened.accounts)),
    operation: async (arrival) => {
      const isCounted = arrival >= warmArrivals;
      if (arrival === warmArrivals) {
        startedMs = performance.now();
        await queries.start();
      }
      if (isCounted) expected += deliveriesOf(arrival);
      await opened.store.append(stampedAppend(arrival, isCounted));
      return 1;
    },
  });
  const perSecond = await queries.perSecond();
  const { count, latency } = await delivered(expected);
  const seconds = (performance.now() - startedMs) / 1000;
  const extras = {
    [queriesPerSecond]: perSecond,
    "append p50 ms": appended.latency.p50Ms,
    "append p99 ms": appended.latency.p99Ms,
  };
  const cpuMicrosPerUnit = Object.fromEntries(
    Object.entries(appended.cpuMicrosPerUnit).map(([who, micros]) => [
      who,
      (micros * appended.units) / count,
    ]),
  );
  return { units: count, seconds, unitsPerSecond: count / seconds, latency, cpuMicrosPerUnit, extras };
}
