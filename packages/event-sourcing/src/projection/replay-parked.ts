import type { CallOptions, EventStore, ReadModelStore, RecordedEvent } from "@leftfold/core";
import { InvalidDefinitionError } from "../errors.ts";
import { type ParkedEvent, parkedKey, parkedModel, readParked } from "./parked-events.ts";
import type { DocumentFold, Projection } from "./projection.ts";
import { describe } from "./projection-errors.ts";
import { WorkingDocuments } from "./working-documents.ts";

/** The events of a projection that were put aside, in the order of the log; those of one key when it is given. */
export function parkedEvents(
  readModels: ReadModelStore,
  projection: Projection,
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

/** Events that one replay takes at most; more need another one. */
const replayMax = 1_000;

/**
 * Lets the parked events of a key take effect, in order, up to the first that fails again. Their effect and their removal are one
 * commit. The runner may go on meanwhile: it leaves the key alone for as long as an event of it is parked.
 *
 * @throws `checkpoint-conflict` when somebody else replays at the same time; `invalid-definition` for a projection without keys.
 */
export async function replayParked(
  store: EventStore,
  readModels: ReadModelStore,
  projection: Projection,
  key: string,
  options: CallOptions = {},
): Promise<ReplayResult> {
  const { fold } = projection;
  if (fold.kind !== "documents")
    throw new InvalidDefinitionError(`${projection.name} takes whole batches, and parks no events.`);
  const checkpoint = parkedModel(projection);
  const from = await readModels.checkpoint(checkpoint, options);
  const parked = await related(readModels, projection, key, options);
  if (parked.length === 0) return { replayed: 0, failed: undefined };
  const id = { name: projection.name, version: projection.version };
  const found = await readModels.getMany(id, [...new Set(parked.flatMap(({ keys }) => keys))], options);
  const documents = new WorkingDocuments(found);
  const { done, failed } = await foldParked(store, projection, fold, parked, documents, options);
  if (done.length === 0) return { replayed: 0, failed };
  const effects = Array.from(documents.changed, ([changed, document]) =>
    document === null
      ? ({ kind: "remove", key: changed, model: id } as const)
      : ({ kind: "put", key: changed, document, model: id } as const),
  );
  const removals = done.map((nonce) => ({ kind: "remove", key: parkedKey(nonce) }) as const);
  // The parked events' own checkpoint counts the replays, so that two at once cannot both take effect.
  await readModels.commit({ checkpoint, from, to: from + 1n, writes: [...effects, ...removals] }, options);
  return { replayed: done.length, failed };
}

/**
 * The parked events that a key's replay takes with it: an event of several keys waits for the earlier ones of each, and these again
 * for others.
 */
async function related(
  readModels: ReadModelStore,
  projection: Projection,
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

async function foldParked(
  store: EventStore,
  projection: Projection,
  fold: DocumentFold,
  parked: readonly ParkedEvent[],
  documents: WorkingDocuments,
  options: CallOptions,
): Promise<{ done: bigint[]; failed: ReplayResult["failed"] }> {
  const done: bigint[] = [];
  for (const { globalNonce } of parked) {
    const event = projection.sources.event(await eventAt(store, globalNonce, options));
    try {
      if (event !== undefined) fold.apply(event, fold.keysOf(event), documents);
      done.push(globalNonce);
    } catch (error) {
      return { done, failed: { globalNonce, error: describe(error) } };
    }
  }
  return { done, failed: undefined };
}

async function eventAt(store: EventStore, globalNonce: bigint, options: CallOptions): Promise<RecordedEvent> {
  for await (const event of store.readAll({ from: globalNonce, maxCount: 1 }, options)) return event;
  throw new Error(
    `The log has no event ${globalNonce}, though one is parked. It is not the log of this read model.`,
  );
}
