import { Findings } from "./findings.ts";
import type { Place } from "./place.ts";
import { readModelLimits, versionMax } from "./read-model-limits.ts";
import type { CheckpointId, ReadModel, ReadModelId } from "./read-model-store.ts";
import { show } from "./show.ts";

const { nameCharsMax, pathCharsMax, pathStepsMax, indexesMax, keysMax } = readModelLimits;

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadModel(model: ReadModel): void {
  const findings = new Findings();
  if (checkReadModelId(findings, undefined, "model", model) && model.indexes !== undefined) {
    const { indexes } = model;
    const at: Place = { outer: undefined, key: "model" };
    if (findings.list(at, "indexes", indexes, 0, indexesMax)) {
      const list: Place = { outer: at, key: "indexes" };
      for (let i = 0; i < indexes.length; i++) checkPath(findings, list, i, indexes[i]);
    }
  }
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateReadModelId(id: ReadModelId): void {
  const findings = new Findings();
  checkReadModelId(findings, undefined, "model", id);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming the name, its value and the limit. */
export function validateReadModelName(name: string): void {
  const findings = new Findings();
  findings.name(undefined, "name", name, nameCharsMax);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateCheckpointId(id: CheckpointId): void {
  const findings = new Findings();
  checkCheckpointId(findings, undefined, "checkpoint", id);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateDocumentKeys(model: ReadModelId, keys: readonly string[]): void {
  const findings = new Findings();
  checkReadModelId(findings, undefined, "model", model);
  if (findings.list(undefined, "keys", keys, 0, keysMax)) {
    const list: Place = { outer: undefined, key: "keys" };
    for (let i = 0; i < keys.length; i++) findings.name(list, i, keys[i], nameCharsMax);
  }
  findings.throwIfAny();
}

/** Notes what is wrong with an id; false when it is not even an object. */
export function checkReadModelId(
  findings: Findings,
  outer: Place | undefined,
  key: string,
  id: ReadModelId,
): boolean {
  if (!findings.object(outer, key, id)) return false;
  const at: Place = { outer, key };
  findings.name(at, "name", id.name, nameCharsMax);
  findings.count(at, "version", id.version, versionMax);
  return true;
}

/** Notes what is wrong with a checkpoint's id. */
export function checkCheckpointId(
  findings: Findings,
  outer: Place | undefined,
  key: string,
  id: CheckpointId,
): void {
  if (!checkReadModelId(findings, outer, key, id) || id.partition === undefined) return;
  const { partition } = id;
  if (Number.isInteger(partition) && partition >= 0 && partition <= versionMax) return;
  findings.add({ outer, key }, "partition", partition, `a whole number from 0 to ${versionMax}`);
}

/** Notes what is wrong with a path: steps with a dot between them, none of them empty. */
export function checkPath(
  findings: Findings,
  outer: Place | undefined,
  key: string | number,
  path: unknown,
): void {
  if (typeof path !== "string" || path.length === 0 || path.length > pathCharsMax || !isText(path)) {
    findings.name(outer, key, path, pathCharsMax);
    return;
  }
  const steps = path.split(".");
  if (steps.length <= pathStepsMax && steps.every((step) => step !== "")) {
    findings.name(outer, key, path, pathCharsMax);
  } else findings.describe(outer, key, show(path), `1 to ${pathStepsMax} steps with a dot between them`);
}

/** Whether a text can be stored and compared everywhere: well-formed Unicode without U+0000, which PostgreSQL cannot hold. */
export function isText(text: string): boolean {
  return text.isWellFormed() && !text.includes("\u0000");
}
