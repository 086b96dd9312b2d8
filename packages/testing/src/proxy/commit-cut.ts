/**
 * When a connection is cut, by a statement that commits:
 *
 * - `before`: nothing of the message that runs it is passed on. It has no effect.
 * - `unsynced`: the message that runs it is passed on, the one that ends its implicit transaction is not. It has no effect either. For
 *   a simple query, which is one message, the same as `before`.
 * - `in-flight`: all is passed on, and the connection is cut at once. It takes effect, while its client already tries something else.
 * - `unanswered`: the target has answered, and nothing of the answer is passed back. It has taken effect, or was refused.
 * - `half-answered`: the same, but a part of the answer is passed back.
 * - `answered`: the whole answer is passed back.
 */
export type CommitMoment = (typeof commitMoments)[number];

export const commitMoments = [
  "before",
  "unsynced",
  "in-flight",
  "unanswered",
  "half-answered",
  "answered",
] as const;

/** A statement that is about to be passed on. */
export interface SentStatement {
  /** The SQL, cut off at 64 KiB; empty when it was prepared before anybody listened. */
  readonly text: string;
}

/** How a cut went. */
export interface CommitCut {
  readonly moment: CommitMoment;
  readonly statement: SentStatement;
  /** What the target said: whether it had refused, and in which transaction status it was; undefined when it was not heard. */
  readonly answer:
    | { readonly refused: boolean; readonly status: "idle" | "transaction" | "failed" }
    | undefined;
}
