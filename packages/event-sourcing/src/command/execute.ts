import type { ConcurrencyConflictError, EventStore } from "@leftfold/core";
import type { AnyAggregateRef } from "../aggregate/aggregate.ts";
import { advance, appendTo } from "../aggregate/appended.ts";
import { handleOf } from "../aggregate/handle.ts";
import { catchUp, load } from "../aggregate/load.ts";
import { isRejection } from "../aggregate/outcome.ts";
import { keepSnapshot, type Loaded } from "../snapshots.ts";
import { type AggregateRefs, distinctRefs, keyOf, mapRefs, type OfRefs } from "./aggregate-refs.ts";
import type { CommandOptions } from "./command-options.ts";
import type { Command } from "./define-command.ts";
import { eventsByAggregate } from "./emissions.ts";
import { type CommandResult, type Plan, runCommand } from "./run-command.ts";
import { snapshotSetting } from "./snapshot-setting.ts";

/**
 * Runs a command over several aggregates: reads them side by side, each once, decides, and appends all at once.
 *
 * @throws `command-rejected`; the last error of the store when the attempts are used up, or at once when it is
 * not worth another; the signal's reason.
 */
export async function execute<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  store: EventStore,
  command: Command<Input, Refs, Found>,
  input: Input,
  options: CommandOptions = {},
): Promise<CommandResult> {
  const reading = new Reading(store, options);
  let plan: Plan | undefined;
  const result = await runCommand(store, command.name, options, async (conflict) => {
    await reading.refresh(conflict);
    plan = await planOf(command, input, reading);
    return plan;
  });
  if (plan !== undefined && result.lastGlobalNonce !== undefined) await reading.keepSnapshots(plan);
  return result;
}

async function planOf<Input, Refs extends AggregateRefs, Found extends AggregateRefs>(
  { name, aggregates, discover, handle }: Command<Input, Refs, Found>,
  input: Input,
  reading: Reading,
): Promise<Plan> {
  const declared = aggregates(input);
  await reading.read(distinctRefs(declared));
  const found = discover?.(reading.states(declared), input);
  const refs = distinctRefs(declared, found ?? {});
  await reading.read(refs);
  // Without `discover`, `Found` has no names.
  const outcome = handle({ ...reading.handles(declared), ...reading.handles(found ?? ({} as Found)) }, input);
  const rejection = isRejection(outcome) ? outcome : undefined;
  const events = eventsByAggregate(name, isRejection(outcome) ? undefined : outcome, refs);
  const appends = refs.map((ref) => appendTo(ref, reading.loaded(ref).nonce, events.get(keyOf(ref)) ?? []));
  return { rejection, appends, isTorn: refs.length > 1 };
}

/** What a command has read: kept over its attempts, so that after a conflict only what is new is read. */
class Reading {
  readonly #store: EventStore;
  readonly #options: CommandOptions;
  readonly #known = new Map<string, { readonly ref: AnyAggregateRef; readonly loaded: Loaded<unknown> }>();

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

  handles<Refs extends AggregateRefs>(refs: Refs): OfRefs<"handle", Refs> {
    return mapRefs(refs, (ref) => handleOf(ref, this.loaded(ref))) as OfRefs<"handle", Refs>;
  }

  async keepSnapshots({ appends }: Plan): Promise<void> {
    const snapshots = snapshotSetting(this.#options);
    if (snapshots === undefined) return;
    const kept = appends.map(async (append) => {
      const key = `${append.aggregateType.length}:${append.aggregateType}${append.aggregateId}`;
      const { ref, loaded } = this.#known.get(key)!;
      const after = advance(ref, loaded, append);
      await keepSnapshot(snapshots, ref.aggregate, ref.aggregateId, after, loaded.nonce);
    });
    await Promise.all(kept);
  }

  #note(ref: AnyAggregateRef, loaded: Loaded<unknown>): void {
    this.#known.set(keyOf(ref), { ref, loaded });
  }
}
