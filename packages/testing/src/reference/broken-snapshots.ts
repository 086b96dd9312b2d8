import type { SnapshotRules } from "./reference-snapshots.ts";

/** Bugs that a test of snapshot stores has to find, by what they do. */
export const brokenSnapshots: Readonly<Record<string, Partial<SnapshotRules>>> = {
  "keeps the first snapshot": { replaces: () => false },
  "keeps the last that comes": { replaces: () => true },
  "forgets about versions when it keeps": {
    replaces: (last, { aggregateNonce }) => aggregateNonce >= last.aggregateNonce,
  },
  "forgets about nonces when it keeps": {
    replaces: (last, { stateVersion }) => stateVersion >= last.stateVersion,
  },
  "finds any version": { finds: () => true },
  "compares nonces as text": {
    replaces: (last, { aggregateNonce, stateVersion }) =>
      `${aggregateNonce}` >= `${last.aggregateNonce}` && stateVersion >= last.stateVersion,
  },
  "hands out what it keeps": { copy: (snapshot) => snapshot },
  "mixes tenants": { keyOf: (_, { aggregateType, aggregateId }) => `${aggregateType} ${aggregateId}` },
  "mixes aggregates": {
    keyOf: (tenant, { aggregateType, aggregateId }) => `${tenant} ${aggregateType}${aggregateId}`,
  },
};
