import type { ReadModelId, ReadModelStore } from "@leftfold/core";
import { liveModel } from "../process/history-end.ts";
import { parkedModel } from "./parked-events.ts";
import { partitionsModel } from "./partition-count.ts";
import { SupersededError } from "./projection-errors.ts";

/** When readers change to a version that was built beside the one they use, and what becomes of that one. */
export class SwitchOver {
  readonly #readModels: ReadModelStore;
  readonly #id: ReadModelId;
  readonly #partitions: number;
  readonly #dropsOld: boolean;
  #isActive = false;

  constructor(
    readModels: ReadModelStore,
    id: ReadModelId,
    options: { readonly partitions: number; readonly dropsOld: boolean },
  ) {
    this.#readModels = readModels;
    this.#id = { name: id.name, version: id.version };
    this.#partitions = options.partitions;
    this.#dropsOld = options.dropsOld;
  }

  /** @throws `superseded` when a newer version is in use and nothing is left of this one. */
  async checkNotSuperseded(checkpoint: bigint, signal: AbortSignal): Promise<void> {
    if (checkpoint > 0n) return;
    const active = await this.#readModels.activeVersion(this.#id.name, { signal });
    const { name, version } = this.#id;
    if (active !== undefined && active > version)
      throw new SupersededError(`${name} version ${version}`, active);
  }

  /**
   * Lets readers change once every partition has caught up: at the latest the slowest one, when it is live itself, finds that none
   * is behind it.
   *
   * @param checkpoint how far the partition that asks is.
   */
  async activateWhenAllCaughtUp(checkpoint: bigint, signal: AbortSignal): Promise<void> {
    if (this.#isActive) return;
    for (let partition = 0; this.#partitions > 1 && partition < this.#partitions; partition++)
      if ((await this.#readModels.checkpoint({ ...this.#id, partition }, { signal })) < checkpoint) return;
    const { name, version } = this.#id;
    const before = await this.#readModels.activeVersion(name, { signal });
    const active = before === version ? version : await this.#readModels.activate(this.#id, { signal });
    this.#isActive = true;
    if (this.#dropsOld && active === version && before !== undefined && before < version)
      await dropReadModel(this.#readModels, { name, version: before }, signal);
  }
}

/**
 * Removes a version, and what is kept beside it: what was put aside, how it is divided, where a process' history ends. A process that
 * is run again after that takes everything up to then for history, and does nothing of it again.
 */
export async function dropReadModel(
  readModels: ReadModelStore,
  id: ReadModelId,
  signal?: AbortSignal,
): Promise<void> {
  for (const model of [id, parkedModel(id), partitionsModel(id), liveModel(id)])
    await readModels.drop(model, { signal });
}
