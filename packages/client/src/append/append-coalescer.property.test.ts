import { type AppendResult, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import fc from "fast-check";
import { expect, test } from "vitest";
import { defaultRetryPolicy } from "../retry/retry-policy.ts";
import { ManualClock, settled } from "../test-kit/manual-clock.ts";
import { AppendCoalescer, type AppendOutcome } from "./append-coalescer.ts";
import { defaultAppendOptions } from "./append-options.ts";

/** What becomes of a call, by the draw. */
type Fate = "answered" | "lost before" | "lost after" | "put off";

/**
 * Records a message once, whatever happens to the calls that carry it: what idempotency keys make of a
 * store.
 */
class Recorder {
  readonly recorded = new Map<string, bigint>();

  record(message: string): AppendResult {
    const nonce = this.recorded.get(message) ?? BigInt(this.recorded.size + 1);
    const replayed = this.recorded.has(message);
    this.recorded.set(message, nonce);
    return { firstGlobalNonce: nonce, lastGlobalNonce: nonce, aggregates: [], replayed };
  }
}

const fates = fc.array(fc.constantFrom<Fate>("answered", "lost before", "lost after", "put off"), {
  maxLength: 20,
});
const turns = fc.array(fc.record({ appends: fc.nat(9), abort: fc.boolean() }), {
  minLength: 1,
  maxLength: 12,
});

test("every append gets the outcome of its own record, whatever becomes of the calls", async () => {
  await fc.assert(
    fc.asyncProperty(
      fates,
      turns,
      fc.integer({ min: 1, max: 4 }),
      async (given, script, callsInFlightMax) => {
        const recorder = new Recorder();
        const clock = new ManualClock();
        const left = [...given];
        let inFlight = 0;
        let inFlightMost = 0;
        const send = async (messages: readonly string[]): Promise<AppendOutcome[]> => {
          inFlightMost = Math.max(inFlightMost, ++inFlight);
          const fate = left.shift() ?? "answered";
          await Promise.resolve();
          inFlight--;
          if (fate === "lost before") throw new UnavailableError("lost");
          const outcomes = messages.map((message, i) =>
            fate === "put off" && i % 2 === 0
              ? new ResourceExhaustedError("full", { retryDelayMs: 10 })
              : recorder.record(message),
          );
          if (fate === "lost after") throw new UnavailableError("lost");
          return outcomes;
        };
        const to = new AppendCoalescer<string>({
          send,
          options: { ...defaultAppendOptions, callsInFlightMax, appendsPerCallMax: 5 },
          retry: { ...defaultRetryPolicy, attemptsMax: 100, retryTimeoutMs: 1e9 },
          clock,
        });
        const outcomes: { message: string; result: Promise<AppendResult>; aborted: boolean }[] = [];
        for (const { appends, abort } of script) {
          for (let i = 0; i < appends; i++) {
            const message = `m${outcomes.length}`;
            const controller = new AbortController();
            const aborted = abort && i === 0;
            const result = to.append({ message, byteCount: 1 }, recorder, { signal: controller.signal });
            result.catch(() => undefined);
            outcomes.push({ message, result, aborted });
            if (aborted) controller.abort("enough");
          }
          await clock.pass(5);
        }
        for (let i = 0; i < 200; i++) await clock.pass(3_000);
        await settled();
        for (const { message, result, aborted } of outcomes) {
          if (aborted) await expect(result).rejects.toBe("enough");
          else expect((await result).firstGlobalNonce).toBe(recorder.recorded.get(message));
        }
        expect(clock.sleeping).toBe(0);
        expect(inFlightMost).toBeLessThanOrEqual(callsInFlightMax);
      },
    ),
    { numRuns: 60 },
  );
});
