import { type Profiler, Session } from "node:inspector/promises";

/** A V8 CPU profile, as `.cpuprofile` files hold it. */
export type CpuProfile = Profiler.Profile;

/** A function, and how much of the time it was itself on the CPU. */
export interface SelfTime {
  /** The function and where it is: `decide decide.ts:12`. */
  readonly place: string;
  /** Of the time that was not idle, from 0 to 1. */
  readonly share: number;
  readonly ms: number;
}

/** A process into which a profiler can look. */
export interface ProfiledProcess {
  /** By its role, such as `server`. */
  readonly name: string;
  startProfile(): Promise<void>;
  /** @throws Error when no profile was started. */
  stopProfile(): Promise<CpuProfile>;
}

/** The process that this runs in. */
export function thisProcess(name: string): ProfiledProcess {
  let stop: (() => Promise<CpuProfile>) | undefined;
  return {
    name,
    startProfile: async () => {
      stop = await startProfiler();
    },
    stopProfile: async () => {
      if (stop === undefined) throw new Error(`No profile of the ${name} process was started.`);
      return await stop();
    },
  };
}

async function startProfiler(): Promise<() => Promise<CpuProfile>> {
  const session = new Session();
  session.connect();
  await session.post("Profiler.enable");
  await session.post("Profiler.setSamplingInterval", { interval: 500 });
  await session.post("Profiler.start");
  return async () => {
    const { profile } = await session.post("Profiler.stop");
    session.disconnect();
    return profile;
  };
}

/** The functions that used the most CPU time themselves, what they called left out; at most `count`. */
export function topSelfTimes(profile: CpuProfile, count: number): SelfTime[] {
  const placeOf = new Map(profile.nodes.map((node) => [node.id, place(node.callFrame)]));
  const microsByPlace = new Map<string, number>();
  let busyMicros = 0;
  profile.samples?.forEach((id, sample) => {
    const at = placeOf.get(id) ?? "(unknown)";
    // Starting and stopping the profiler is no part of the work.
    if (at === "(idle)" || at.includes("node:inspector")) return;
    const micros = profile.timeDeltas?.[sample] ?? 0;
    busyMicros += micros;
    microsByPlace.set(at, (microsByPlace.get(at) ?? 0) + micros);
  });
  return [...microsByPlace]
    .sort(([, left], [, right]) => right - left)
    .slice(0, count)
    .map(([at, micros]) => ({ place: at, share: micros / busyMicros, ms: micros / 1000 }));
}

function place({ functionName, url, lineNumber }: Profiler.ProfileNode["callFrame"]): string {
  const name = functionName || "(anonymous)";
  // What V8 does by itself, such as collecting garbage, has no file.
  return url === "" ? name : `${name} ${url.split("/").slice(-2).join("/")}:${lineNumber + 1}`;
}
