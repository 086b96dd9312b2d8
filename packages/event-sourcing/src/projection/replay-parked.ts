import type {
  CallOptions,
  EventStore,
  JsonObject,
  ReadModelId,
  ReadModelStore,
  RecordedEvent,
} from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";
import type { Reactions } from "./document-worker.ts";
import type { EventSources } from "./event-sources.ts";
import { isConflict } from "./failure.ts";
import { type ParkedEvent, parkedKey, parkedModel, readParked } from "./parked-events.ts";
import type { DocumentFold } from "./projection.ts";
import { describe } from "./projection-errors.ts";
import { WorkingDocuments } from "./working-documents.ts";

/** What events are parked of, and replayed into: a projection or a process. */
export interface Replayable extends ReadModelId {
  readonly sources: EventSources;
  readonly fold: DocumentFold | { readonly kind: "batch" };
  /** Does what a process is asked for by its events; a projection has none. */
  readonly reactAgain?: (
    store: EventStore,
    readModels: ReadModelStore,
    signal: AbortSignal,
  ) => Promise<Reactions>;
}

/** The events of a projection or a process that were put aside, in the order of the log; those of one key when it is given. */
export function parkedEvents(
  readModels: ReadModelStore,
  projection: ReadModelId,
  options: CallOptions & { readonly key?: string } = {},
): AsyncIterable<ParkedEvent> {
  return readParked(readModels, projection, options.key, options.signal);
}

export interface ReplayResult {
  /** How many events have taken effect. */
  readonly replayed: number;
  /** The event that failed again, and why; it and those behind it stay where they are. */
  readonly failed: { readonly globalNonce: bigint; readonly error: string } | undefined;
}

/** Events that one commit takes at most. A replay of so many stops there; more need another one. */
const replayMax = 1_000;

/**
 * Lets the parked events of a key take effect, in order, up to the first that fails again.
 *
 * 1. They are folded; of a process, each is also reacted to: commands, timers and effects under the same keys as ever, so that what
 *    was done before, by the runner or by a replay that was killed, is not done twice. Effects are done at least once, as always.
 * 2. Their effect on documents and their removal are one commit.
 * 3. What was parked meanwhile is replayed as well: a process' commands bring about events of its own key.
 *
 * The runner may go on: it leaves the key alone for as long as an event of it is parked. What it puts aside at the very moment of the
 * last commit, it replays itself. Of several replays at once, each event takes effect in one, and counts as replayed there.
 *
 * @throws `invalid-definition` for a projection without keys; of a process' commands, what may pass, such as `unavailable`: then call
 * it again.
 */
export async function replayParked(
  store: EventStore,
  readModels: ReadModelStore,
  projection: Replayable,
  key: string,
  options: CallOptions = {},
): Promise<ReplayResult> {
  const { fold, sources, name, version } = projection;
  if (fold.kind !== "documents")
    throw new InvalidDefinitionError(`${name} takes whole batches, and parks no events.`);
  const { signal = new AbortController().signal } = options;
  const reactions = await projection.reactAgain?.(store, readModels, signal);
  const replay: Replay = {
    store,
    readModels,
    id: { name, version },
    sources,
    fold,
    reactions,
    signal,
    options,
  };
  for (let replayed = 0; ; ) {
    const { count, failed } = await replayOnce(replay, key);
    replayed += count;
    if (count === 0 || failed !== undefined || replayed >= replayMax) return { replayed, failed };
  }
}

interface Replay {
  readonly store: EventStore;
  readonly readModels: ReadModelStore;
  readonly id: ReadModelId;
  readonly sources: EventSources;
  readonly fold: DocumentFold;
  readonly reactions: Reactions | undefined;
  readonly signal: AbortSignal;
  readonly options: CallOptions;
}

async function replayOnce(
  replay: Replay,
  key: string,
): Promise<{ count: number; failed: ReplayResult["failed"] }> {
  const { readModels, id, options } = replay;
  const checkpoint = parkedModel(id);
  const from = await readModels.checkpoint(checkpoint, options);
  const parked = await related(readModels, id, key, options);
  if (parked.length === 0) return { count: 0, failed: undefined };
  const found = await readModels.getMany(id, [...new Set(parked.flatMap(({ keys }) => keys))], options);
  const { done, changed, failed } = await processParked(replay, parked, found);
  if (done.length === 0) return { count: 0, failed };
  const effects = Array.from(changed, ([each, document]) =>
    document === null
      ? ({ kind: "remove", key: each, model: id } as const)
      : ({ kind: "put", key: each, document, model: id } as const),
  );
  const removals = done.map((nonce) => ({ kind: "remove", key: parkedKey(nonce) }) as const);
  // The parked events' own checkpoint counts the replays, so that two at once cannot both take effect.
  try {
    await readModels.commit({ checkpoint, from, to: from + 1n, writes: [...effects, ...removals] }, options);
  } catch (error) {
    // Another replay, maybe the runner's own, was first: what it left is looked at anew.
    if (isConflict(error)) return await replayOnce(replay, key);
    throw error;
  }
  return { count: done.length, failed };
}

/**
 * The parked events that a key's replay takes with it: an event of several keys waits for the earlier ones of each, and these again
 * for others.
 */
async function related(
  readModels: ReadModelStore,
  projection: ReadModelId,
  key: string,
  { signal }: CallOptions,
): Promise<readonly ParkedEvent[]> {
  const ofKey: ParkedEvent[] = [];
  for await (const event of readParked(readModels, projection, key, signal)) ofKey.push(event);
  if (ofKey.every(({ keys }) => keys.length === 1)) return ofKey.slice(0, replayMax);
  const all: ParkedEvent[] = [];
  for await (const event of readParked(readModels, projection, undefined, signal)) all.push(event);
  const keys = new Set([key]);
  for (let before = 0; before < keys.size; ) {
    before = keys.size;
    for (const event of all)
      if (event.keys.some((each) => keys.has(each))) for (const each of event.keys) keys.add(each);
  }
  return all.filter((event) => event.keys.some((each) => keys.has(each))).slice(0, replayMax);
}

interface Processed {
  readonly done: readonly bigint[];
  readonly changed: ReadonlyMap<string, JsonObject | null>;
  readonly failed: ReplayResult["failed"];
}

async function processParked(
  replay: Replay,
  parked: readonly ParkedEvent[],
  found: ReadonlyMap<string, JsonObject>,
): Promise<Processed> {
  const before = new Map<string, JsonObject | null>(found);
  const changed = new Map<string, JsonObject | null>();
  const done: bigint[] = [];
  for (const { globalNonce } of parked) {
    // What an event that fails has changed is dropped with it.
    const documents = new WorkingDocuments(before);
    const failed = await processOne(replay, globalNonce, documents);
    if (failed !== undefined) {
      return { done, changed, failed: { globalNonce, error: describe(failed.error) } };
    }
    done.push(globalNonce);
    for (const [key, document] of documents.changed) {
      before.set(key, document);
      changed.set(key, document);
    }
  }
  return { done, changed, failed: undefined };
}

async function processOne(
  { store, sources, fold, reactions, signal, options }: Replay,
  globalNonce: bigint,
  documents: WorkingDocuments,
): Promise<{ readonly error: unknown } | undefined> {
  const event = sources.event(await eventAt(store, globalNonce, options));
  if (event === undefined) return undefined;
  try {
    fold.apply(event, fold.keysOf(event), documents);
  } catch (error) {
    return { error };
  }
  return await reactions?.perform([event], async () => undefined, signal);
}

async function eventAt(store: EventStore, globalNonce: bigint, options: CallOptions): Promise<RecordedEvent> {
  for await (const event of store.readAll({ from: globalNonce, maxCount: 1 }, options)) return event;
  throw new Error(
    `The log has no event ${globalNonce}, though one is parked. It is not the log of this read model.`,
  );
}
