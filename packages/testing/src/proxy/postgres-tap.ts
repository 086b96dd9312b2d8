import type { SeededRandom } from "../builders/seeded-random.ts";
import type { CommitCut, CommitMoment, SentStatement } from "./commit-cut.ts";
import { type PostgresFrame, PostgresFrames } from "./postgres-frames.ts";
import type { Direction } from "./proxy-conditions.ts";
import type { ProxyTap, Verdict } from "./proxy-tap.ts";
import { StatementsSent } from "./statements-sent.ts";

export interface PostgresTapOptions {
  /** Asked for each statement that is about to run: when the connection is to be cut by it; undefined to let it be. */
  readonly cutAt: (statement: SentStatement) => CommitMoment | undefined;
  /** Is told of each cut. */
  readonly onCut?: ((cut: CommitCut) => void) | undefined;
}

/** A statement by which the connection is cut. */
interface Doom {
  readonly moment: CommitMoment;
  readonly statement: SentStatement;
  /** How many answers come before its own. */
  answersBefore: number;
  /** Whether everything that belongs to it was passed on. */
  isSent: boolean;
  refused: boolean;
}

const encryptionRequests = new Set([80877103, 80877104]);
const statuses = { I: "idle", T: "transaction", E: "failed" } as const;

/**
 * Understands as much of the PostgreSQL protocol, version 3, as it takes to cut a connection at a chosen moment of a statement,
 * also among pipelined ones: every query and every Sync of a client is answered in order, and each answer ends with ReadyForQuery.
 *
 * On a connection that is encrypted it hears nothing, and cuts nothing.
 */
export function postgresTap(options: PostgresTapOptions): (random: SeededRandom) => ProxyTap {
  return (random) => new PostgresTap(options, random);
}

class PostgresTap implements ProxyTap {
  readonly #options: PostgresTapOptions;
  readonly #random: SeededRandom;
  readonly #sent = new StatementsSent();
  readonly #frames = {
    toTarget: new PostgresFrames({ untyped: 1 }),
    toClient: new PostgresFrames({ untyped: 0 }),
  };
  /** Answers that are still to come; the first is that to the connection itself. */
  #answersDue = 1;
  /** Single bytes that answer a request for encryption, and are no messages. */
  #repliesDue = 0;
  #isEncrypted = false;
  #doom: Doom | undefined;

  constructor(options: PostgresTapOptions, random: SeededRandom) {
    this.#options = options;
    this.#random = random;
  }

  hear(direction: Direction, bytes: Buffer): Verdict | undefined {
    if (this.#isEncrypted) return undefined;
    return direction === "toTarget" ? this.#hearClient(bytes) : this.#hearTarget(bytes);
  }

  #hearClient(bytes: Buffer): Verdict | undefined {
    const frames = this.#frames.toTarget;
    const from = frames.position;
    for (const frame of frames.read(bytes)) {
      if (frame.type === "") {
        this.#begin(frame);
        continue;
      }
      const end = this.#endOf(frame);
      // A part of the message may have passed already. Without its end it means nothing.
      if (end !== undefined) return this.#cut(Math.max(0, end - from));
      if ("QSF".includes(frame.type)) this.#answersDue++;
    }
    return undefined;
  }

  #begin({ body }: PostgresFrame): void {
    if (!encryptionRequests.has(body.readUInt32BE(0))) return;
    this.#repliesDue++;
    this.#frames.toTarget.expectUntyped();
  }

  /** Where, at this message, nothing more may pass to the target; undefined when it may. */
  #endOf(frame: PostgresFrame): number | undefined {
    const text = this.#sent.textRunBy(frame);
    if (text !== undefined && this.#doom === undefined) {
      const moment = this.#options.cutAt({ text });
      if (moment !== undefined) {
        this.#doom = {
          moment,
          statement: { text },
          answersBefore: this.#answersDue,
          isSent: false,
          refused: false,
        };
      }
    }
    const doom = this.#doom;
    if (doom === undefined || doom.isSent) return undefined;
    if (doom.moment === "before") return frame.start;
    if (frame.type !== "S" && frame.type !== "Q") return undefined;
    if (doom.moment === "unsynced") return frame.start;
    doom.isSent = true;
    return doom.moment === "in-flight" ? frame.end : undefined;
  }

  #hearTarget(bytes: Buffer): Verdict | undefined {
    let replyBytes = 0;
    while (this.#repliesDue > 0 && replyBytes < bytes.length) {
      this.#repliesDue--;
      this.#isEncrypted = String.fromCharCode(bytes[replyBytes++]!) !== "N";
      if (this.#isEncrypted) return undefined;
    }
    return this.#hearAnswers(bytes.subarray(replyBytes), replyBytes);
  }

  /** @param offset what comes before these bytes in their piece. */
  #hearAnswers(bytes: Buffer, offset: number): Verdict | undefined {
    const frames = this.#frames.toClient;
    const begin = frames.position - offset;
    let ownStart = this.#isOwnAnswer() ? offset : undefined;
    for (const frame of frames.read(bytes)) {
      const status = this.#noteAnswer(frame);
      if (status !== undefined && ownStart !== undefined)
        return this.#answered(ownStart, frame.end - begin, status);
      if (ownStart === undefined && this.#isOwnAnswer()) ownStart = frame.end - begin;
    }
    if (ownStart === undefined || this.#doom!.moment === "answered") return undefined;
    const end = offset + bytes.length;
    if (this.#doom!.moment === "half-answered" && ownStart < end) return this.#answered(ownStart, end);
    return { passBytes: ownStart, cut: false };
  }

  /** Counts answers; the transaction status when one is complete. */
  #noteAnswer({ type, body }: PostgresFrame): keyof typeof statuses | undefined {
    const doom = this.#doom;
    if (type === "E" && doom?.answersBefore === 0) doom.refused = true;
    if (type !== "Z") return undefined;
    this.#answersDue--;
    if (this.#isOwnAnswer()) return String.fromCharCode(body[0]!) as keyof typeof statuses;
    if (doom !== undefined) doom.answersBefore--;
    return undefined;
  }

  /** Whether what the target says now is what the connection is cut by. */
  #isOwnAnswer(): boolean {
    return this.#doom?.isSent === true && this.#doom.answersBefore === 0;
  }

  /** @param end where the answer ends in its piece, or what there is of it. */
  #answered(start: number, end: number, status?: keyof typeof statuses): Verdict {
    const { moment, refused } = this.#doom!;
    const answer = status && { refused, status: statuses[status] };
    if (moment === "answered") return this.#cut(end, answer);
    if (moment === "unanswered") return this.#cut(start, answer);
    return this.#cut(start + 1 + this.#random.below(Math.max(1, end - start - 1)), answer);
  }

  #cut(passBytes: number, answer?: CommitCut["answer"]): Verdict {
    const { moment, statement } = this.#doom!;
    this.#options.onCut?.({ moment, statement, answer });
    return { passBytes, cut: true };
  }
}
