import type { CallOptions, ReadModelId } from "@leftfold/core";
import type { ForwarderOptions } from "./forwarder-options.ts";

/** The document that tells where a forwarder began that was not to begin at the start. */
const beginningKey = "beginning";

/** How far a forwarder of a name is, as the store knows it. */
export class ForwarderCheckpoint {
  readonly #options: Pick<ForwarderOptions, "store" | "readModels" | "from">;
  readonly #id: ReadModelId;

  constructor(options: Pick<ForwarderOptions, "name" | "store" | "readModels" | "from">) {
    this.#options = options;
    this.#id = { name: `forwarder:${options.name}`, version: 1 };
  }

  /** Where to go on, or to begin: then the beginning is recorded, and is the same for every attempt. */
  async begin(call: CallOptions): Promise<bigint> {
    const { readModels, store, from = "start" } = this.#options;
    await readModels.define(this.#id, call);
    const checkpoint = await this.read(call);
    if (checkpoint > 0n || from === "start") return checkpoint;
    // A log that was empty leaves the checkpoint at 0: only the document tells that this is where it began.
    if ((await readModels.getMany(this.#id, [beginningKey], call)).has(beginningKey)) return checkpoint;
    const head = await store.head(call);
    const document = { after: String(head) };
    const writes = [{ kind: "put" as const, key: beginningKey, document }];
    await readModels.commit({ checkpoint: this.#id, from: 0n, to: head, writes }, call);
    return head;
  }

  read(call: CallOptions): Promise<bigint> {
    return this.#options.readModels.checkpoint(this.#id, call);
  }

  /** @throws `checkpoint-conflict` when another forwarder has moved it. */
  move(from: bigint, to: bigint, call: CallOptions): Promise<void> {
    return this.#options.readModels.commit({ checkpoint: this.#id, from, to, writes: [] }, call);
  }
}
