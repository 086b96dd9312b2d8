import { Findings } from "./findings.ts";
import type { Place } from "./place.ts";
import { readModelLimits } from "./read-model-limits.ts";
import type { DocumentWrite, ReadModelCommit, ReadModelId } from "./read-model-store.ts";
import { checkDocument } from "./validate-document.ts";
import { checkCheckpointId, checkReadModelId } from "./validate-read-model.ts";

const { nameCharsMax, writesMax, commitModelsMax, commitCharsMax } = readModelLimits;

/** What a commit leaves of one read model's documents: the last write to each key. */
export interface ModelWrites {
  readonly model: ReadModelId;
  /** Documents as JSON, by key. */
  readonly puts: ReadonlyMap<string, string>;
  readonly removals: ReadonlySet<string>;
}

/** A commit that keeps to the rules, and what its writes amount to. */
export interface ValidReadModelCommit {
  /** One entry for each read model that is written to, in the order of the first writes. */
  readonly writes: readonly ModelWrites[];
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadModelCommit(commit: ReadModelCommit<never>): ValidReadModelCommit {
  const findings = new Findings();
  const collected = new CollectedWrites();
  if (findings.object(undefined, "commit", commit)) {
    const { from, to, writes, within } = commit;
    checkCheckpointId(findings, undefined, "checkpoint", commit.checkpoint);
    findings.nonce(undefined, "from", from, 0n);
    findings.nonce(undefined, "to", to, typeof from === "bigint" && from > 0n ? from : 0n);
    if (findings.list(undefined, "writes", writes, 0, writesMax)) {
      checkWrites(findings, writes, commit.checkpoint, collected);
    }
    if (within !== undefined && typeof within !== "function") {
      findings.add(undefined, "within", within, "a function");
    }
  }
  findings.throwIfAny();
  return { writes: collected.all };
}

function checkWrites(
  findings: Findings,
  writes: readonly DocumentWrite[],
  own: ReadModelId,
  collected: CollectedWrites,
): void {
  const list: Place = { outer: undefined, key: "writes" };
  let charCount = 0;
  for (let i = 0; i < writes.length; i++) {
    const write = writes[i]!;
    if (!findings.object(list, i, write)) continue;
    const at: Place = { outer: list, key: i };
    findings.oneOf(at, "kind", write.kind, ["put", "remove"]);
    findings.name(at, "key", write.key, nameCharsMax);
    if (write.model !== undefined && !checkReadModelId(findings, at, "model", write.model)) continue;
    const model = write.model ?? own;
    // What is wrong with the commit's own was noted before.
    if (typeof model !== "object" || model === null) continue;
    if (write.kind === "put") {
      const json = checkDocument(findings, at, "document", write.document);
      if (json === undefined) continue;
      charCount += json.length;
      collected.put(model, write.key, json);
    } else collected.remove(model, write.key);
  }
  if (charCount > commitCharsMax) {
    const found = `documents of ${charCount} characters of JSON`;
    findings.describe(undefined, "writes", found, `documents of at most ${commitCharsMax} of them`);
  }
  if (collected.all.length > commitModelsMax) {
    const found = `writes to more than ${commitModelsMax} read models`;
    findings.describe(undefined, "writes", found, `writes to at most ${commitModelsMax} of them`);
  }
}

/** Gathers writes by read model. The last write to a key wins. */
class CollectedWrites {
  readonly all: { model: ReadModelId; puts: Map<string, string>; removals: Set<string> }[] = [];

  put(model: ReadModelId, key: string, json: string): void {
    const { puts, removals } = this.#of(model);
    removals.delete(key);
    puts.set(key, json);
  }

  remove(model: ReadModelId, key: string): void {
    const { puts, removals } = this.#of(model);
    puts.delete(key);
    removals.add(key);
  }

  #of({ name, version }: ReadModelId): { puts: Map<string, string>; removals: Set<string> } {
    const found = this.all.find(({ model }) => model.name === name && model.version === version);
    if (found !== undefined) return found;
    const group = { model: { name, version }, puts: new Map<string, string>(), removals: new Set<string>() };
    // One too many is kept, so that it is noticed, and no more: a commit of these is refused.
    if (this.all.length <= commitModelsMax) this.all.push(group);
    return group;
  }
}
