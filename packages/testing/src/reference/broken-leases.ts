import type { LeaseRules } from "./reference-leases.ts";

const byCodeUnits = (one: string, other: string): number => (one < other ? -1 : 1);

/** Bugs that a test of lease stores has to find, by what they do. */
export const brokenLeases: Readonly<Record<string, Partial<LeaseRules>>> = {
  "gives a lease to everybody": { renews: () => true },
  "renews nothing": { renews: () => false },
  "gives each renewal a new token": { nextToken: (last) => (last?.token ?? 0n) + 1n },
  "gives the same token for ever": { nextToken: () => 1n },
  "forgets a token when its lease has ended": {
    nextToken: (last, isRenewal) => (isRenewal ? last!.token : 1n),
  },
  "lets anybody give up a lease": { givesUp: () => true },
  "forgets to look at tokens": { givesUp: (last, { owner }) => last.owner === owner },
  "lists everything": { lists: () => true },
  "takes a prefix for a pattern": { lists: ({ name }, prefix) => RegExp(`^${prefix}`).test(name) },
  "sorts by code units": { order: (one, other) => byCodeUnits(one.name, other.name) },
  "mixes tenants": { keyOf: (_, name) => name },
};

/** One that only shows when several ask at once. */
export const hastyLeases: Partial<LeaseRules> = {
  pause: () => new Promise((resolve) => setImmediate(resolve)),
};
