import { Findings } from "./findings.ts";
import { defaultLimits, snapshotBytesMax, uint32Max } from "./limits.ts";
import type { Snapshot, SnapshotId } from "./snapshot-store.ts";

const { nameCharsMax } = defaultLimits;

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateSnapshot(snapshot: Snapshot): void {
  const findings = new Findings();
  if (checkSnapshotId(findings, "snapshot", snapshot)) {
    const { aggregateNonce, state } = snapshot;
    findings.nonce(undefined, "aggregateNonce", aggregateNonce, 1n);
    if (!(state instanceof Uint8Array)) findings.add(undefined, "state", state, "a Uint8Array");
    else if (state.byteLength > snapshotBytesMax) {
      findings.add(undefined, "state", state, `at most ${snapshotBytesMax} bytes`);
    }
  }
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateSnapshotId(id: SnapshotId): void {
  const findings = new Findings();
  checkSnapshotId(findings, "id", id);
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateSnapshotAggregate(aggregate: Omit<SnapshotId, "stateVersion">): void {
  const findings = new Findings();
  checkAggregate(findings, "aggregate", aggregate);
  findings.throwIfAny();
}

function checkSnapshotId(findings: Findings, name: string, id: SnapshotId): boolean {
  if (!checkAggregate(findings, name, id)) return false;
  findings.count(undefined, "stateVersion", id.stateVersion, uint32Max);
  return true;
}

function checkAggregate(
  findings: Findings,
  name: string,
  aggregate: Omit<SnapshotId, "stateVersion">,
): boolean {
  if (!findings.object(undefined, name, aggregate)) return false;
  findings.name(undefined, "aggregateType", aggregate.aggregateType, nameCharsMax);
  findings.name(undefined, "aggregateId", aggregate.aggregateId, nameCharsMax);
  return true;
}
