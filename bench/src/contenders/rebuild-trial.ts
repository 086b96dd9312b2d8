import type { Trial } from "../harness/benchmark.ts";
import type { ProfiledProcess } from "../harness/profile.ts";
import { repeat } from "../harness/repeat.ts";
import type { CpuProbe } from "../harness/window.ts";
import type { Balance } from "../workload/account.ts";
import { assertSameBalances } from "./assert-same-balances.ts";

/** One rebuild of a read model from the first event on, made ready for a run. */
export interface Rebuild extends AsyncDisposable {
  readonly contender: string;
  readonly events: number;
  readonly expected: ReadonlyMap<string, Balance>;
  readonly cpu: CpuProbe;
  readonly profiled?: readonly ProfiledProcess[];
  /** Resolves when the last event's effect is committed. */
  run(): Promise<void>;
  /** What is in the database then. */
  documents(): Promise<ReadonlyMap<string, Balance>>;
}

/** A run that rebuilds once, and fails unless the documents are those of a plain fold. */
export function rebuildTrial(rebuild: Rebuild): Trial {
  return {
    ...(rebuild.profiled && { profiled: rebuild.profiled }),
    measure: async () => {
      const operation = async (): Promise<number> => {
        await rebuild.run();
        return rebuild.events;
      };
      // Once: what it is about is the way from nothing to all of it.
      const measured = await repeat({ warmUpMs: 0, measureMs: 1, cpu: rebuild.cpu, operation });
      assertSameBalances(rebuild.contender, await rebuild.documents(), rebuild.expected);
      return measured;
    },
    [Symbol.asyncDispose]: () => rebuild[Symbol.asyncDispose](),
  };
}
