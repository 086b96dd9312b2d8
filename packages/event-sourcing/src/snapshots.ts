/** When an aggregate's state is kept, and how. */
export interface SnapshotPolicy {
  /** A snapshot is due when the aggregate has so many events more than its last one; from 1. */
  readonly every: number;
}
