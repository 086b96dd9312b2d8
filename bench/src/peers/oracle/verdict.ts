import type { SeenEvent } from "../peer-log.ts";
import type { Readings } from "./observe.ts";

/**
 * Something that should not be.
 *
 * - `unrecorded`: acknowledged, but not in the log;
 * - `invented`: in the log, or given to a reader, though nobody wrote it or its append was not acknowledged;
 * - `twice`: there, or given, more than once;
 * - `disordered`: an append whose events lie in the log in another order than its own;
 * - `lost`: in the log, but never given to the reader;
 * - `reordered`: given after an event that follows it in the log.
 */
export type AnomalyKind = (typeof anomalyKinds)[number];

export const anomalyKinds = ["unrecorded", "invented", "twice", "disordered", "lost", "reordered"] as const;

export const readers = ["log", "follower", "late consumer"] as const;

export interface Anomaly {
  readonly kind: AnomalyKind;
  readonly reader: (typeof readers)[number];
  /** How many events, or appends of `disordered` ones. */
  readonly count: number;
  /** The first, by what its writer wrote into it. */
  readonly first: string;
}

/** Everything in which the readings contradict what was acknowledged, or each other. */
export function anomaliesIn({ acknowledged, followed, caughtUp, log }: Readings): Anomaly[] {
  const place = new Map(log.map(({ note }, index) => [note, index]));
  const written = new Set(acknowledged.flat());
  const notes = log.map(({ note }) => note);
  return [
    found(
      "unrecorded",
      "log",
      [...written].filter((note) => !place.has(note)),
    ),
    found(
      "invented",
      "log",
      notes.filter((note) => !written.has(note)),
    ),
    found("twice", "log", repeated(notes)),
    found(
      "disordered",
      "log",
      acknowledged.filter((append) => isDisordered(append, place)).map(([first = ""]) => first),
    ),
    ...readingFaults("follower", followed, place),
    ...readingFaults("late consumer", caughtUp, place),
  ].filter(({ count }) => count > 0);
}

function readingFaults(
  reader: Anomaly["reader"],
  seen: readonly SeenEvent[],
  place: ReadonlyMap<string, number>,
): Anomaly[] {
  const notes = seen.map(({ note }) => note);
  const given = new Set(notes);
  let furthest = -1;
  const reordered: string[] = [];
  for (const note of given) {
    const at = place.get(note) ?? furthest;
    if (at < furthest) reordered.push(note);
    furthest = Math.max(furthest, at);
  }
  return [
    found(
      "lost",
      reader,
      [...place.keys()].filter((note) => !given.has(note)),
    ),
    found(
      "invented",
      reader,
      notes.filter((note) => !place.has(note)),
    ),
    found("twice", reader, repeated(notes)),
    found("reordered", reader, reordered),
  ];
}

function isDisordered(append: readonly string[], place: ReadonlyMap<string, number>): boolean {
  const places = append.flatMap((note) => place.get(note) ?? []);
  return places.some((at, nth) => nth > 0 && at < (places[nth - 1] ?? at));
}

function repeated(notes: readonly string[]): string[] {
  const seen = new Set<string>();
  return notes.filter((note) => seen.size === seen.add(note).size);
}

function found(kind: AnomalyKind, reader: Anomaly["reader"], notes: readonly string[]): Anomaly {
  return { kind, reader, count: notes.length, first: notes[0] ?? "" };
}
