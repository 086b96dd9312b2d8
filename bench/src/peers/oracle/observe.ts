import { setTimeout as sleep } from "node:timers/promises";
import { seededRandom } from "../../workload/seeded-random.ts";
import { category, type PeerLog, type SeenEvent } from "../peer-log.ts";
import { movement } from "../run-load.ts";

/** What writers do. The draws follow from the seed; who is faster than whom does not. */
export interface WritingPlan {
  readonly seed: number;
  readonly writers: number;
  /** How many events are appended in all, or a few more. */
  readonly events: number;
  /** Each append has from one to so many, at random. */
  readonly eventsPerAppendMax: number;
  /** To how many streams, at random, expecting nothing. */
  readonly streams: number;
}

/** What was acknowledged, and what readers got. */
export interface Readings {
  /** The notes of the events of each append that was acknowledged, in the order of its events. */
  readonly acknowledged: readonly (readonly string[])[];
  /** By who followed the log while it was written. */
  readonly followed: readonly SeenEvent[];
  /** By a consumer that began at the first event when all was written. */
  readonly caughtUp: readonly SeenEvent[];
  /** The whole log, at rest. */
  readonly log: readonly SeenEvent[];
}

/** A follower that was given nothing new for so long, after the last append, is taken to be at the end. */
const quietMs = 3000;

/** Lets writers append at once while one follows, and then reads all of it in two more ways. */
export async function observe(log: PeerLog, plan: WritingPlan): Promise<Readings> {
  const followed: SeenEvent[] = [];
  const stop = new AbortController();
  const following = log.follow((event) => followed.push(event), stop.signal);
  // Whoever fails here is waited for below.
  following.catch(() => {});
  const acknowledged: string[][] = [];
  try {
    await writeAll(log, plan, acknowledged);
    const events = acknowledged.reduce((sum, notes) => sum + notes.length, 0);
    await settled(() => followed.length, events);
  } finally {
    stop.abort();
    await following;
  }
  const caughtUp: SeenEvent[] = [];
  await log.catchUp((event) => caughtUp.push(event));
  return { acknowledged, followed, caughtUp, log: await log.readAll() };
}

async function writeAll(log: PeerLog, plan: WritingPlan, acknowledged: string[][]): Promise<void> {
  let left = plan.events;
  const write = async (writer: number): Promise<void> => {
    const random = seededRandom(plan.seed * 1000 + writer);
    for (let nth = 0; left > 0; nth++) {
      const size = 1 + Math.floor(random() * plan.eventsPerAppendMax);
      const stream = `${category}-${Math.floor(random() * plan.streams)}`;
      left -= size;
      const notes = Array.from({ length: size }, (_, event) => `${plan.seed}/${writer}/${nth}/${event}`);
      await log.append(
        stream,
        notes.map((note) => ({ ...movement, note })),
      );
      acknowledged.push(notes);
    }
  };
  await Promise.all(Array.from({ length: plan.writers }, (_, writer) => write(writer)));
}

async function settled(count: () => number, enough: number): Promise<void> {
  let last = count();
  let changedMs = performance.now();
  while (count() < enough && performance.now() - changedMs < quietMs) {
    await sleep(20);
    if (count() === last) continue;
    last = count();
    changedMs = performance.now();
  }
}
