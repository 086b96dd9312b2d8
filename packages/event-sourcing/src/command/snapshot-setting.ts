import type { SnapshotSetting } from "../snapshots.ts";
import type { CommandOptions } from "./command-options.ts";

/** Where a command keeps snapshots, if anywhere. */
export function snapshotSetting({ snapshots, hooks }: CommandOptions): SnapshotSetting | undefined {
  return snapshots && { store: snapshots, onError: (error) => tell(hooks?.onSnapshotError, error) };
}

/** What is told here comes after the append: the command must not seem to have failed. */
function tell(hook: ((error: unknown) => void) | undefined, error: unknown): void {
  try {
    hook?.(error);
  } catch {
    // The hook's own trouble.
  }
}
