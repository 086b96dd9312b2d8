import type { SnapshotSetting } from "../snapshots.ts";
import type { CommandOptions } from "./command-options.ts";

/** Where a command keeps snapshots, if anywhere. */
export function snapshotSetting({ snapshots, hooks }: CommandOptions): SnapshotSetting | undefined {
  return snapshots && { store: snapshots, onError: hooks?.onSnapshotError };
}
