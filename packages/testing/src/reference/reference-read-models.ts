import {
  beginCall,
  type CallOptions,
  CheckpointConflictError,
  type CheckpointId,
  comparePlaces,
  cursorOf,
  type JsonObject,
  matchesFilter,
  type OrderedPlace,
  orderedPlace,
  type QueryOrder,
  type ReadModelCommit,
  type ReadModelFilter,
  type ReadModelId,
  type ReadModelPage,
  type ReadModelStore,
  UnavailableError,
  type ValidReadModelQuery,
  validateCheckpointId,
  validateDocumentKeys,
  validateReadModel,
  validateReadModelCommit,
  validateReadModelCount,
  validateReadModelId,
  validateReadModelName,
  validateReadModelQuery,
} from "@leftfold/core";

/** What read models are kept by. The contract suite is tried on broken ones. */
export interface ReadModelRules {
  readonly isStale: (actual: bigint, commit: ReadModelCommit) => boolean;
  readonly matches: (filter: ReadModelFilter, document: JsonObject) => boolean;
  readonly compare: (order: QueryOrder, one: OrderedPlace, other: OrderedPlace) => number;
  readonly keyOf: (tenant: string, model: ReadModelId) => string;
  readonly partitionOf: (checkpoint: CheckpointId) => number;
  readonly activated: (last: number, version: number) => number;
  readonly copy: (json: string) => JsonObject;
  readonly pause: () => Promise<void> | undefined;
  readonly drops: (what: "documents" | "checkpoints") => boolean;
}

const rules: ReadModelRules = {
  isStale: (actual, { from }) => actual !== from,
  matches: matchesFilter,
  compare: comparePlaces,
  keyOf: (tenant, { name, version }) => JSON.stringify([tenant, name, version]),
  partitionOf: ({ partition = 0 }) => partition,
  activated: (last, version) => Math.max(last, version),
  copy: (json) => JSON.parse(json) as JsonObject,
  pause: () => undefined,
  drops: () => true,
};

/** Where tenants' read models are kept. */
export interface ReadModelRoom {
  /** Documents as JSON, by model and key. */
  readonly documents: Map<string, Map<string, string>>;
  readonly checkpoints: Map<string, Map<number, bigint>>;
  readonly active: Map<string, number>;
}

/** The read models of a tenant, small enough to be seen to be right, unless a rule is broken. */
export function referenceReadModels(
  room: ReadModelRoom,
  tenant: string,
  broken: Partial<ReadModelRules> = {},
): ReadModelStore {
  const { isStale, matches, compare, keyOf, partitionOf, activated, copy, pause, drops } = {
    ...rules,
    ...broken,
  };
  let isClosed = false;
  const admit = (options: CallOptions | undefined): void => {
    if (isClosed) throw new UnavailableError("The store was closed.");
    beginCall(options).end();
  };
  const documentsOf = (model: ReadModelId): Map<string, string> =>
    entry(room.documents, keyOf(tenant, model));
  const checkpointsOf = (model: ReadModelId): Map<number, bigint> =>
    entry(room.checkpoints, keyOf(tenant, model));
  const checkpointOf = (id: CheckpointId): bigint => checkpointsOf(id).get(partitionOf(id)) ?? 0n;
  const select = (model: ReadModelId, where: ReadModelFilter | undefined): [string, JsonObject][] =>
    [...documentsOf(model)]
      .map(([key, json]): [string, JsonObject] => [key, copy(json)])
      .filter(([, document]) => where === undefined || matches(where, document));
  return {
    async define(model, options) {
      admit(options);
      validateReadModel(model);
    },
    async checkpoint(id, options) {
      admit(options);
      validateCheckpointId(id);
      return checkpointOf(id);
    },
    async commit(commit, options) {
      admit(options);
      const { writes } = validateReadModelCommit(commit);
      const { checkpoint, from, to } = commit;
      const actual = checkpointOf(checkpoint);
      const pausing = pause();
      if (pausing !== undefined) await pausing;
      if (isStale(actual, commit)) throw new CheckpointConflictError(checkpoint.name, from, actual);
      checkpointsOf(checkpoint).set(partitionOf(checkpoint), to);
      for (const { model, puts, removals } of writes) {
        for (const [key, json] of puts) documentsOf(model).set(key, json);
        for (const key of removals) documentsOf(model).delete(key);
      }
    },
    async getMany(model, keys, options) {
      admit(options);
      validateDocumentKeys(model, keys);
      return new Map(select(model, undefined).filter(([key]) => keys.includes(key)));
    },
    async find(model, query, options) {
      admit(options);
      const valid = validateReadModelQuery(model, query);
      return pageOf(select(model, valid.where), valid, compare);
    },
    async count(model, where, options) {
      admit(options);
      validateReadModelCount(model, where);
      return select(model, where).length;
    },
    async activeVersion(name, options) {
      admit(options);
      validateReadModelName(name);
      return room.active.get(keyOf(tenant, { name, version: 1 }));
    },
    async activate(id, options) {
      admit(options);
      validateReadModelId(id);
      const key = keyOf(tenant, { ...id, version: 1 });
      const version = activated(room.active.get(key) ?? 0, id.version);
      room.active.set(key, version);
      return version;
    },
    async drop(id, options) {
      admit(options);
      validateReadModelId(id);
      if (drops("documents")) documentsOf(id).clear();
      if (drops("checkpoints")) checkpointsOf(id).clear();
    },
    async [Symbol.asyncDispose]() {
      isClosed = true;
    },
  };
}

function pageOf(
  selected: readonly (readonly [string, JsonObject])[],
  { order, limit, gap, side }: ValidReadModelQuery,
  compare: ReadModelRules["compare"],
): ReadModelPage {
  const sorted = selected
    .map(([key, document]) => ({ key, document, place: orderedPlace(order, key, document) }))
    .sort((one, other) => compare(order, one.place, other.place));
  const isInFront = ({ place }: { place: OrderedPlace }): boolean => {
    if (gap === undefined) return false;
    const compared = compare(order, place, gap.beside);
    return compared < 0 || (compared === 0 && gap.lies === "behind");
  };
  const inFront = sorted.filter(isInFront);
  const behind = sorted.filter((document) => !isInFront(document));
  const page = side === "after" ? behind.slice(0, limit) : inFront.slice(-limit);
  const first = page[0] && ({ beside: page[0].place, lies: "inFront" } as const);
  const last = page.at(-1) && ({ beside: page.at(-1)!.place, lies: "behind" } as const);
  const [front, end] = [first ?? gap, last ?? gap];
  const hasMoreBehind = side === "after" ? behind.length > limit : behind.length > 0;
  const hasMoreInFront = side === "after" ? inFront.length > 0 : inFront.length > limit;
  return {
    documents: page.map(({ key, document }) => ({ key, document })),
    next: hasMoreBehind && end ? cursorOf(end, order) : undefined,
    previous: hasMoreInFront && front ? cursorOf(front, order) : undefined,
  };
}

function entry<Key, Value>(room: Map<string, Map<Key, Value>>, key: string): Map<Key, Value> {
  let found = room.get(key);
  if (found === undefined) {
    found = new Map<Key, Value>();
    room.set(key, found);
  }
  return found;
}
