import { Findings } from "./findings.ts";
import type { Lease, LeaseStore } from "./lease-store.ts";
import { defaultLimits, leaseDurationMsMax } from "./limits.ts";

const { nameCharsMax } = defaultLimits;

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateLeaseRequest(lease: Parameters<LeaseStore["acquire"]>[0]): void {
  const findings = new Findings();
  if (checkOwnership(findings, lease)) {
    findings.count(undefined, "durationMs", lease.durationMs, leaseDurationMsMax);
  }
  findings.throwIfAny();
}

/** @throws `invalid-argument` naming each field, its value and the limit. */
export function validateHeldLease(lease: Pick<Lease, "name" | "owner" | "token">): void {
  const findings = new Findings();
  if (checkOwnership(findings, lease)) findings.nonce(undefined, "token", lease.token, 1n);
  findings.throwIfAny();
}

/**
 * @throws `invalid-argument` unless it is something that a name can begin with: nothing, or what would be a
 * name itself.
 */
export function validateLeasePrefix(prefix: string): void {
  const findings = new Findings();
  if (prefix !== "") findings.name(undefined, "prefix", prefix, nameCharsMax);
  findings.throwIfAny();
}

function checkOwnership(findings: Findings, lease: Pick<Lease, "name" | "owner">): boolean {
  if (!findings.object(undefined, "lease", lease)) return false;
  findings.name(undefined, "name", lease.name, nameCharsMax);
  findings.name(undefined, "owner", lease.owner, nameCharsMax);
  return true;
}
