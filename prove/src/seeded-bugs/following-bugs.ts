import type { SeededBug } from "./seeded-bug.ts";

const logFollowing = "packages/backend-postgres/src/log-following.ts";

/** Mistakes in how logs are followed. */
export const followingBugs: readonly SeededBug[] = [
  {
    name: "drop-one-event-at-the-handover",
    mistake: "Who comes from the table into the middle of a batch in memory goes on one event too late.",
    huntedBy: ["storm"],
    edits: [
      {
        file: "packages/backend-postgres/src/batch-part.ts",
        find: "event.globalNonce > position &&",
        replace: "event.globalNonce > position + (batch.firstGlobalNonce <= position ? 1n : 0n) &&",
      },
    ],
  },
  {
    name: "live-from-a-later-head",
    mistake: "Having read the table up to the head, a subscriber goes on from the head as it is by then.",
    huntedBy: ["faults"],
    edits: [
      {
        file: logFollowing,
        find: "    const scannedTo = page.isFull ? lastDelivered : stretch.highest;",
        replace:
          "    const scannedTo = page.isFull ? lastDelivered : stretch.highest === head ? this.head : stretch.highest;",
      },
    ],
  },
  {
    name: "hand-over-before-commit",
    mistake: "Subscribers are handed a batch when it is decided, before its commit has held.",
    huntedBy: ["storm"],
    edits: [
      {
        file: "packages/backend-postgres/src/sequencer.ts",
        find: "    const settled = this.#confirm(batch).then(",
        replace: `    if (batch.rows.eventIds.length > 0) {
      this.#options.onCommitted({
        firstGlobalNonce: batch.known.nonce + 1n,
        lastGlobalNonce: batch.next.nonce,
        encoded: batch.encoded.length > 0 ? batch.encoded : undefined,
      });
    }
    const settled = this.#confirm(batch).then(`,
      },
    ],
  },
  {
    name: "tail-with-a-gap",
    mistake:
      "A batch of this process is put behind the tail although another process has committed in between.",
    huntedBy: ["storm"],
    edits: [
      {
        file: logFollowing,
        find: "    const isNext = this.#tail?.head === firstGlobalNonce - 1n && !this.#isCatchingUp;",
        replace: "    const isNext = this.#tail !== undefined && !this.#isCatchingUp;",
      },
      {
        file: "packages/backend-postgres/src/live-tail.ts",
        find: "return batch !== undefined && batch.firstGlobalNonce <= position + 1n ? batch : undefined;",
        replace: "return batch;",
      },
    ],
  },
];
