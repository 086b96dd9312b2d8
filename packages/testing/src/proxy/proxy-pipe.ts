import type { Socket } from "node:net";
import type { SeededRandom } from "../builders/seeded-random.ts";
import type { ProxyClock } from "./proxy-clock.ts";
import {
  byteRange,
  type Direction,
  isBlackHoled,
  type ProxyConditions,
  pieceBytesMax,
} from "./proxy-conditions.ts";
import type { Verdict } from "./proxy-tap.ts";
import { untilAborted } from "./until-aborted.ts";

/** What is now, and a signal that is aborted when it changes. */
export interface Weather {
  readonly conditions: ProxyConditions;
  readonly changed: AbortSignal;
}

export interface PipeOptions {
  readonly direction: Direction;
  readonly source: Socket;
  readonly sink: Socket;
  readonly weather: () => Weather;
  /** Aborted when the connection is gone. */
  readonly gone: AbortSignal;
  readonly random: SeededRandom;
  readonly clock: ProxyClock;
  readonly bufferBytesMax: number;
  readonly hear: (direction: Direction, bytes: Buffer) => Verdict | undefined;
  readonly cut: () => void;
  readonly onPassed: (bytes: number) => void;
}

interface Held {
  bytes: Buffer;
  readonly arrivedMs: number;
  /** Its share of the jitter, from 0 to 1. */
  readonly luck: number;
}

/**
 * One direction of one connection. What arrives is held in order until it is due; when more than the bound is held, nothing more is
 * read, so that the sender feels it. A slow receiver is waited for.
 */
export class ProxyPipe {
  readonly #options: PipeOptions;
  readonly #held: Held[] = [];
  #heldBytes = 0;
  #passedBytes = 0;
  /** What `#passedBytes` will be when the connection is cut, by these conditions. */
  #cutAtByte = 0;
  #countedFor: ProxyConditions | undefined;
  #sourceEnded = false;
  #isPumping = false;

  constructor(options: PipeOptions) {
    this.#options = options;
    const { source } = options;
    source.on("data", (bytes: Buffer) => this.#receive(bytes));
    source.on("end", () => {
      this.#sourceEnded = true;
      this.#start();
    });
  }

  /** Bytes that arrived and were not passed on. */
  get heldBytes(): number {
    return this.#heldBytes;
  }

  #receive(bytes: Buffer): void {
    const { clock, random, source, bufferBytesMax } = this.#options;
    this.#held.push({ bytes, arrivedMs: clock.nowMs(), luck: random.below(1001) / 1000 });
    this.#heldBytes += bytes.length;
    if (this.#heldBytes >= bufferBytesMax) source.pause();
    this.#start();
  }

  #start(): void {
    if (this.#isPumping) return;
    this.#isPumping = true;
    void this.#pump();
  }

  async #pump(): Promise<void> {
    const { gone, sink } = this.#options;
    while (!gone.aborted) {
      const first = this.#held[0];
      if (!(await this.#untilDue(first))) continue;
      if (first !== undefined) await this.#passPiece(first);
      // Something may have come meanwhile.
      else if (this.#held.length === 0) {
        if (this.#sourceEnded) sink.end();
        this.#isPumping = false;
        return;
      }
    }
  }

  /** False when the conditions have changed meanwhile, or the connection is gone. */
  async #untilDue(held: Held | undefined): Promise<boolean> {
    const { direction, weather, gone, clock } = this.#options;
    const { conditions, changed } = weather();
    if (isBlackHoled(conditions, direction)) {
      await untilAborted(AbortSignal.any([gone, changed]));
      return false;
    }
    if (held === undefined) return true;
    const { latencyMs = 0, jitterMs = 0 } = conditions;
    const waitMs = held.arrivedMs + latencyMs + held.luck * jitterMs - clock.nowMs();
    if (waitMs <= 0) return true;
    await clock.pause(waitMs, AbortSignal.any([gone, changed]));
    return !gone.aborted && !changed.aborted;
  }

  async #passPiece(held: Held): Promise<void> {
    const { direction, weather, hear, cut, gone, clock } = this.#options;
    const { conditions, changed } = weather();
    const piece = held.bytes.subarray(0, Math.min(pieceBytesMax(conditions), this.#budgetOf(conditions)));
    const verdict = piece.length > 0 ? hear(direction, piece) : undefined;
    await this.#send(piece.subarray(0, verdict?.passBytes ?? piece.length));
    this.#take(held, piece.length);
    if (verdict?.cut || this.#budgetOf(conditions) === 0) cut();
    else if (conditions.bytesPerSecond !== undefined) {
      await clock.pause((piece.length * 1000) / conditions.bytesPerSecond, AbortSignal.any([gone, changed]));
    }
  }

  /** How much may pass before the connection is cut. */
  #budgetOf(conditions: ProxyConditions): number {
    const count = conditions.cutAfterBytes?.[this.#options.direction];
    if (count === undefined) return Number.POSITIVE_INFINITY;
    if (this.#countedFor !== conditions) {
      const [min, max] = byteRange(count);
      this.#countedFor = conditions;
      this.#cutAtByte = this.#passedBytes + min + this.#options.random.below(max - min + 1);
    }
    return this.#cutAtByte - this.#passedBytes;
  }

  /** Resolves once the system has taken the bytes, so that a cut behind them does not take them back. */
  #send(bytes: Buffer): Promise<void> {
    const { sink, onPassed } = this.#options;
    this.#passedBytes += bytes.length;
    onPassed(bytes.length);
    return new Promise((resolve) => {
      if (bytes.length === 0 || !sink.writable) resolve();
      else sink.write(bytes, () => resolve());
    });
  }

  #take(held: Held, bytes: number): void {
    const { source, bufferBytesMax } = this.#options;
    this.#heldBytes -= bytes;
    held.bytes = held.bytes.subarray(bytes);
    if (held.bytes.length === 0) this.#held.shift();
    if (this.#heldBytes < bufferBytesMax && source.isPaused()) source.resume();
  }
}
