import type { AggregateAppend, ConcurrencyConflictError, EventStore } from "@leftfold/core";
import type { AnyAggregateRef } from "../aggregate/aggregate.ts";
import { advance } from "../aggregate/appended.ts";
import type { EventOf, EventSchemas } from "../aggregate/event-schemas.ts";
import { type Emission, handleOf } from "../aggregate/handle.ts";
import { catchUp, load } from "../aggregate/load.ts";
import { keepSnapshot, type Loaded } from "../snapshots.ts";
import { type AggregateRefs, keyOf, mapRefs, type OfRefs } from "./aggregate-refs.ts";
import type { CommandOptions } from "./command-options.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

interface Foreseen {
  readonly ref: AnyAggregateRef;
  readonly before: Loaded<unknown>;
  readonly after: Loaded<unknown>;
}

/** What a command has read: kept over its attempts, so that after a conflict only what is new is read. */
export class Reading {
  readonly #store: EventStore;
  readonly #options: CommandOptions;
  readonly #known = new Map<string, { readonly ref: AnyAggregateRef; readonly loaded: Loaded<unknown> }>();

  #foreseen: readonly Foreseen[] = [];

  constructor(store: EventStore, options: CommandOptions) {
    this.#store = store;
    this.#options = options;
  }

  /** Reads those of the aggregates that were not read yet, side by side. */
  async read(refs: readonly AnyAggregateRef[]): Promise<void> {
    const missing = refs.filter((ref) => !this.#known.has(keyOf(ref)));
    const snapshots = snapshotSetting(this.#options);
    await Promise.all(
      missing.map(async (ref) => this.#note(ref, await load(this.#store, ref, snapshots, this.#options))),
    );
  }

  /** Catches up with what a conflict says has moved. */
  async refresh(conflict: ConcurrencyConflictError | undefined): Promise<void> {
    const moved = (conflict?.violations ?? []).flatMap((violation) =>
      violation.kind === "expectation" ? [violation] : [],
    );
    await Promise.all(
      [...this.#known.values()].map(async ({ ref, loaded }) => {
        const { aggregate, aggregateId } = ref;
        const violation = moved.find(
          (entry) => entry.aggregateType === aggregate.type && entry.aggregateId === aggregateId,
        );
        if (violation === undefined) return;
        const isBehind = violation.actual > loaded.nonce;
        // A state that is ahead of the store came from a snapshot of events that are gone: read all of it.
        const renewed = isBehind
          ? catchUp(this.#store, ref, loaded, this.#options)
          : load(this.#store, ref, undefined, this.#options);
        this.#note(ref, await renewed);
      }),
    );
  }

  loaded(ref: AnyAggregateRef): Loaded<unknown> {
    return this.#known.get(keyOf(ref))!.loaded;
  }

  states<Refs extends AggregateRefs>(refs: Refs): OfRefs<"state", Refs> {
    // Each name has the state that its aggregate was loaded with: what the mapped type says.
    return mapRefs(refs, (ref) => this.loaded(ref).state) as OfRefs<"state", Refs>;
  }

  /** @param made is given every event that is emitted through the handles. */
  handles<Refs extends AggregateRefs>(refs: Refs, made: Set<Emission>): OfRefs<"handle", Refs> {
    return mapRefs(refs, (ref) => handleOf(ref, this.loaded(ref), made)) as OfRefs<"handle", Refs>;
  }

  /**
   * Folds what is to be appended, before it is: what its own definition fails on is never recorded.
   *
   * @returns each aggregate's events, as they will be read.
   */
  foresee(
    refs: readonly AnyAggregateRef[],
    appends: readonly AggregateAppend[],
  ): readonly (readonly EventOf<EventSchemas>[])[] {
    const foreseen = refs.map((ref, i) => {
      const before = this.loaded(ref);
      return { ref, before, after: advance(ref, before, appends[i]!) };
    });
    this.#foreseen = foreseen;
    return foreseen.map(({ after }) => after.events);
  }

  /** Keeps what was foreseen, once it has come true. */
  async keepSnapshots(): Promise<void> {
    const snapshots = snapshotSetting(this.#options);
    if (snapshots === undefined) return;
    const kept = this.#foreseen.map(({ ref: { aggregate, aggregateId }, before, after }) =>
      keepSnapshot(snapshots, aggregate, aggregateId, after, before.nonce),
    );
    await Promise.all(kept);
  }

  #note(ref: AnyAggregateRef, loaded: Loaded<unknown>): void {
    this.#known.set(keyOf(ref), { ref, loaded });
  }
}
