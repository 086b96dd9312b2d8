import {
  InternalError,
  InvalidArgumentError,
  Lifetime,
  type RecordedEvent,
  UnavailableError,
} from "@leftfold/core";
import { collect, SeededRandom } from "@leftfold/testing";
import { describe, expect, test } from "vitest";
import { retryPolicy } from "../retry/retry-policy.ts";
import { eventsAt, ScriptedCalls, type Step } from "../test-kit/scripted-calls.ts";
import type { ReadSpan } from "./read-cursor.ts";
import { resumingRead } from "./resuming-read.ts";

const gone = new UnavailableError("gone");

/** A read over scripted calls, without a delay between attempts. */
function scripted(request: ReadSpan, ...scripts: Step<readonly RecordedEvent[]>[][]) {
  const calls = new ScriptedCalls<ReadSpan, readonly RecordedEvent[]>(...scripts);
  const clock = { now: () => 0, random: () => 0, sleep: async () => undefined };
  const lifetime = new Lifetime();
  const read = (options?: { signal?: AbortSignal }, validate = () => {}) =>
    resumingRead(
      { request, validate, open: calls.open, nonceOf: (event) => event.globalNonce, isDense: () => true },
      { lifetime, retry: retryPolicy(), clock },
      options,
    );
  const nonces = async () => (await collect(read())).map((event) => event.globalNonce);
  return { calls, read, nonces, lifetime };
}

describe("a read that is interrupted", () => {
  test("goes on after the last event, for as many as are left", async () => {
    const { nonces, calls } = scripted({ maxCount: 5 }, [eventsAt(1n, 2n), gone], [gone], [eventsAt(3n, 5n)]);
    expect(await nonces()).toEqual([1n, 2n, 3n, 4n, 5n]);
    expect(calls.requests.map(({ from, maxCount }) => [from, maxCount])).toEqual([
      [1n, 5],
      [3n, 3],
      [3n, 3],
    ]);
  });

  test("goes on before the last event when it goes backwards", async () => {
    const scripts = [[eventsAt(8n, 9n).toReversed(), gone], [eventsAt(1n, 7n).toReversed()]];
    const { nonces, calls } = scripted({ direction: "backwards" }, ...scripts);
    expect(await nonces()).toEqual([9n, 8n, 7n, 6n, 5n, 4n, 3n, 2n, 1n]);
    expect(calls.requests.map(({ from }) => from)).toEqual([undefined, 7n]);
  });

  test("is over when the connection breaks after the last event", async () => {
    const { nonces, calls } = scripted({ maxCount: 2 }, [eventsAt(1n, 2n), gone]);
    expect(await nonces()).toEqual([1n, 2n]);
    expect(calls.requests.length).toBe(1);
  });

  test("fails loudly at a hole", async () => {
    await expect(scripted({}, [eventsAt(1n, 2n), gone], [eventsAt(4n, 5n)]).nonces()).rejects.toBeInstanceOf(
      InternalError,
    );
  });

  test("gives every event once, wherever it was interrupted", async () => {
    const random = new SeededRandom();
    const scripts: Step<readonly RecordedEvent[]>[][] = [];
    for (let next = 1n; next <= 200n; ) {
      const script: Step<readonly RecordedEvent[]>[] = [];
      for (let batches = random.below(4); batches > 0 && next <= 200n; batches--) {
        const last = next + BigInt(random.below(9)) > 200n ? 200n : next + BigInt(random.below(3));
        script.push(eventsAt(next, last));
        next = last + 1n;
      }
      scripts.push([...script, gone]);
    }
    const { nonces } = scripted({ maxCount: 200 }, ...scripts);
    expect(await nonces(), `seed ${random.seed}`).toEqual(
      eventsAt(1n, 200n).map((event) => event.globalNonce),
    );
  });
});

describe("the end of a read", () => {
  test("comes before any call when the request is not valid", async () => {
    const { read, calls } = scripted({}, [eventsAt(1n, 2n)]);
    const invalid = new InvalidArgumentError([]);
    const fail = () => {
      throw invalid;
    };
    await expect(collect(read(undefined, fail))).rejects.toBe(invalid);
    expect(calls.requests.length).toBe(0);
  });

  test("comes with the reason of the signal: before, within a batch, and while waiting", async () => {
    const { read, calls } = scripted({}, [eventsAt(1n, 2n), "hang"]);
    await expect(read({ signal: AbortSignal.abort("before") }).next()).rejects.toBe("before");
    expect(calls.requests.length).toBe(0);
    const within = new AbortController();
    const events = read({ signal: within.signal });
    await events.next();
    within.abort("within");
    await expect(events.next()).rejects.toBe("within");
    const waiting = scripted({}, [eventsAt(1n, 1n), "hang"]);
    const controller = new AbortController();
    const waited = waiting.read({ signal: controller.signal });
    await waited.next();
    const next = waited.next();
    controller.abort("waiting");
    await expect(next).rejects.toBe("waiting");
    expect(waiting.calls.inits[0]?.signal.aborted).toBe(true);
  });

  test("cancels the call when the loop is left", async () => {
    const { read, calls } = scripted({}, [eventsAt(1n, 9n)]);
    await collect(read(), { max: 2 });
    expect(calls.inits[0]?.signal.aborted).toBe(true);
  });

  test("comes with unavailable when the client is closed", async () => {
    const { read, lifetime } = scripted({}, [eventsAt(1n, 9n)]);
    lifetime.close();
    await expect(read().next()).rejects.toBeInstanceOf(UnavailableError);
    expect(lifetime.running).toBe(0);
  });
});
