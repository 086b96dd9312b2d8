import type {
  CheckpointId,
  DocumentWrite,
  ReadModel,
  ReadModelFilter,
  ReadModelId,
  ReadModelQuery,
} from "@leftfold/core";
import { nonceMax, readModelLimits } from "@leftfold/core";
import fc from "fast-check";
import { meetingNames } from "../../arbitraries/names.ts";
import {
  arbitraryDocument,
  arbitraryPath,
  arbitraryReadModelFilter,
  arbitraryReadModelOrders,
} from "../../arbitraries/read-models.ts";
import { arbitrarySpoiling, type Spoiling } from "../../arbitraries/spoiled.ts";
import { tenantsMax } from "../tenant-stores.ts";
import { arbitraryBulk, type Bulk } from "./bulky-document.ts";
import { arbitraryMeetingDocument, arbitraryMeetingFilter } from "./meeting-values.ts";

interface Call {
  readonly tenant: number;
  readonly spoiling: Spoiling | undefined;
}

/** Where a page begins: at the start when there is no cursor yet, else at one of those that were given. */
export interface Turn {
  readonly which: number;
  readonly side: "after" | "before";
  /** Whether the query keeps the order that the cursor is of. */
  readonly keepsOrder: boolean;
}

/** What can be done with a read-model store. */
export type ReadModelCommand =
  | ({ readonly kind: "define"; readonly model: ReadModel } & Call)
  | ({
      readonly kind: "commit";
      readonly checkpoint: CheckpointId;
      /** Beside the checkpoint that is stored: 0n for the right one. Or a checkpoint as it is. */
      readonly from: { readonly beside: bigint } | { readonly at: bigint };
      /** How far it moves. */
      readonly by: bigint;
      readonly writes: readonly DocumentWrite[];
      /** What the first document is replaced by. */
      readonly bulk: Bulk | undefined;
    } & Call)
  | ({ readonly kind: "checkpoint"; readonly id: CheckpointId } & Call)
  | ({ readonly kind: "getMany"; readonly model: ReadModelId; readonly keys: readonly string[] } & Call)
  | ({
      readonly kind: "find";
      readonly model: ReadModelId;
      readonly query: ReadModelQuery;
      readonly turn: Turn | undefined;
    } & Call)
  /** Turns all pages of a query, to the end and back. */
  | {
      readonly kind: "walk";
      readonly tenant: number;
      readonly model: ReadModelId;
      readonly query: ReadModelQuery;
    }
  | ({
      readonly kind: "count";
      readonly model: ReadModelId;
      readonly where: ReadModelFilter | undefined;
    } & Call)
  | ({ readonly kind: "activeVersion"; readonly name: string } & Call)
  | ({ readonly kind: "activate" | "drop"; readonly model: ReadModelId } & Call);

/** The read models that commands are about. */
export const modelIds: readonly ReadModelId[] = [
  { name: "m", version: 1 },
  { name: "m", version: 2 },
  { name: "M", version: 1 },
  { name: "訂".repeat(readModelLimits.nameCharsMax), version: 2 ** 31 - 1 },
];

export const partitions: readonly number[] = [0, 1, 2 ** 31 - 1];

/** Keys that are hard to keep apart and to put in order. */
const hardKeys: readonly string[] = [
  ..."aAbBäzß 09_%",
  "ab",
  "a b",
  "a\u{10ffff}",
  "\ud7ff",
  "\ue000",
  "\uffff",
  "\u{10000}",
  "k".repeat(readModelLimits.nameCharsMax),
  "💶".repeat(127),
  "__proto__",
  "constructor",
];

export function arbitraryReadModelCommand(): fc.Arbitrary<ReadModelCommand> {
  const kind = <Kind extends string>(...names: Kind[]): fc.Arbitrary<Kind> => fc.constantFrom(...names);
  const weighted = <Value>(weight: number, arbitrary: fc.Arbitrary<Value>) => ({ weight, arbitrary });
  // The first ones come most often, so that much is written to one.
  const model = fc.oneof(weighted(4, fc.constant(modelIds[0]!)), weighted(1, fc.constantFrom(...modelIds)));
  const tenant = fc.oneof(weighted(2, fc.constant(0)), weighted(1, fc.nat(tenantsMax - 1)));
  const call = { tenant, spoiling: arbitrarySpoiling() };
  const key = fc.oneof(weighted(5, fc.constantFrom(...hardKeys)), weighted(1, meetingNames().aggregateId));
  const checkpoint = fc
    .tuple(model, fc.option(fc.constantFrom(...partitions), { nil: undefined, freq: 2 }))
    .map(([id, partition]) => (partition === undefined ? id : { ...id, partition }));
  const filter = fc.oneof(arbitraryReadModelFilter(), arbitraryMeetingFilter());
  const where = fc.option(filter, { nil: undefined });
  const query = arbitraryQuery(where);
  return fc.oneof(
    weighted(14, fc.record({ kind: kind("commit"), checkpoint, ...arbitraryCommit(model, key), ...call })),
    weighted(2, fc.record({ kind: kind("checkpoint"), id: checkpoint, ...call })),
    weighted(3, fc.record({ kind: kind("getMany"), model, keys: fc.array(key, { maxLength: 6 }), ...call })),
    weighted(8, fc.record({ kind: kind("find"), model, query, turn: arbitraryTurn(), ...call })),
    weighted(4, fc.record({ kind: kind("walk"), tenant, model, query })),
    weighted(4, fc.record({ kind: kind("count"), model, where, ...call })),
    weighted(1, fc.record({ kind: kind("activeVersion"), name: model.map(({ name }) => name), ...call })),
    weighted(2, fc.record({ kind: kind("activate"), model, ...call })),
    weighted(1, fc.record({ kind: kind("drop"), model, ...call })),
    weighted(1, fc.record({ kind: kind("define"), model: arbitraryModel(model), ...call })),
  );
}

function arbitraryModel(model: fc.Arbitrary<ReadModelId>): fc.Arbitrary<ReadModel> {
  // Few paths: an index has to be made for each.
  const paths = fc.uniqueArray(fc.oneof(fc.constantFrom("a", "b"), arbitraryPath()), { maxLength: 2 });
  return fc.tuple(model, paths).map(([id, indexes]) => ({ ...id, indexes }));
}

function arbitraryCommit(model: fc.Arbitrary<ReadModelId>, key: fc.Arbitrary<string>) {
  const elsewhere = fc.option(model, { nil: undefined, freq: 5 });
  const put = fc.record({
    kind: fc.constant("put" as const),
    key,
    document: fc.oneof(arbitraryDocument(), arbitraryMeetingDocument()),
    model: elsewhere,
  });
  const remove = fc.record({ kind: fc.constant("remove" as const), key, model: elsewhere });
  const beside = fc.constantFrom(0n, 0n, 0n, 0n, 0n, 0n, 0n, 0n, 1n, -1n).map((by) => ({ beside: by }));
  return {
    from: fc.oneof(
      { weight: 12, arbitrary: beside },
      fc.constantFrom(0n, 1n, nonceMax).map((at) => ({ at })),
    ),
    by: fc.oneof({ weight: 20, arbitrary: fc.bigInt({ min: 0n, max: 5n }) }, fc.constantFrom(-1n, nonceMax)),
    writes: fc.array(fc.oneof({ weight: 4, arbitrary: put }, remove), { maxLength: 8, size: "max" }),
    bulk: arbitraryBulk(),
  };
}

function arbitraryQuery(where: fc.Arbitrary<ReadModelFilter | undefined>): fc.Arbitrary<ReadModelQuery> {
  const { pageMax } = readModelLimits;
  const limit = fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 5 }) },
    fc.constantFrom(undefined, pageMax, pageMax + 1),
  );
  // A query's absent parts are absent, as its type has it.
  return fc.tuple(where, arbitraryReadModelOrders(), limit).map(([filter, orderBy, documents]) => ({
    orderBy,
    ...(filter !== undefined && { where: filter }),
    ...(documents !== undefined && { limit: documents }),
  }));
}

function arbitraryTurn(): fc.Arbitrary<Turn | undefined> {
  const turn = fc.record({
    which: fc.nat(20),
    side: fc.constantFrom("after" as const, "before" as const),
    keepsOrder: fc.oneof({ weight: 9, arbitrary: fc.constant(true) }, fc.constant(false)),
  });
  return fc.oneof({ weight: 1, arbitrary: fc.constant(undefined) }, { weight: 2, arbitrary: turn });
}
