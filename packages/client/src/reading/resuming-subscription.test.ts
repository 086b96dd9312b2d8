import {
  DeadlineExceededError,
  type FollowMessage,
  InternalError,
  InvalidArgumentError,
  Lifetime,
  PermissionDeniedError,
  type RecordedEvent,
  type SubscribeRequest,
  UnavailableError,
} from "@leftfold/core";
import { collect, takeUntil } from "@leftfold/testing";
import { afterEach, describe, expect, test, vi } from "vitest";
import { type RetryPolicy, retryPolicy } from "../retry/retry-policy.ts";
import { settled } from "../test-kit/manual-clock.ts";
import { eventsAt, ScriptedCalls, type Step } from "../test-kit/scripted-calls.ts";
import { resumingSubscription } from "./resuming-subscription.ts";

type Batch = FollowMessage<readonly RecordedEvent[]>;

const gone = new UnavailableError("gone");
const query = { anyOf: [{}] };

const batch = (first: bigint, last: bigint = first): Batch => ({
  kind: "batch",
  batch: eventsAt(first, last),
});
const caughtUp = (globalNonce: bigint): Batch => ({ kind: "caughtUp", globalNonce });
const checkpoint = (globalNonce: bigint): Batch => ({ kind: "checkpoint", globalNonce });

afterEach(() => {
  vi.useRealTimers();
});

/** A subscription over scripted calls, without a delay between attempts. */
function scripted(request: SubscribeRequest, ...scripts: Step<Batch>[][]) {
  const calls = new ScriptedCalls<SubscribeRequest, Batch>(...scripts);
  const sleeps: number[] = [];
  const clock = { now: () => 0, random: () => 1, sleep: async (ms: number) => void sleeps.push(ms) };
  const lifetime = new Lifetime();
  const subscribe = (
    options?: { signal?: AbortSignal; timeoutMs?: number },
    retry: Partial<RetryPolicy> = {},
    validate = () => {},
  ) =>
    resumingSubscription(
      { request, validate, open: calls.open, idleTimeoutMs: 20 },
      { lifetime, retry: retryPolicy(retry), clock },
      options,
    );
  const after = () => calls.requests.map((asked) => asked.after);
  return { calls, subscribe, after, sleeps, lifetime };
}

/** The messages, told in a word each. */
async function told(messages: ReturnType<typeof resumingSubscription>, max?: number): Promise<string[]> {
  const got = await collect(messages, max === undefined ? {} : { max });
  return got.map((message) =>
    message.kind === "event" ? `${message.event.globalNonce}` : `${message.kind} ${message.globalNonce}`,
  );
}

describe("resuming", () => {
  test("goes on after the last event, within a batch's end or not", async () => {
    const { subscribe, after } = scripted(
      {},
      [batch(1n, 3n), gone],
      [gone],
      [batch(4n), caughtUp(4n), batch(5n)],
    );
    expect(await told(subscribe(), 6)).toEqual(["1", "2", "3", "4", "caughtUp 4", "5"]);
    expect(after()).toEqual([0n, 3n, 3n]);
  });

  test("goes on after the last checkpoint of a filtered subscription, with the same query", async () => {
    const { subscribe, calls, after } = scripted(
      { query, after: 5n },
      [batch(9n), checkpoint(20n), gone],
      [batch(31n)],
    );
    expect(await told(subscribe(), 3)).toEqual(["9", "checkpoint 20", "31"]);
    expect(after()).toEqual([5n, 20n]);
    expect(calls.requests.every((asked) => asked.query === query)).toBe(true);
  });

  test("keeps what the head was at the first answer, so that nothing after it is lost", async () => {
    const scripts = [[gone], [caughtUp(7n), gone], [batch(8n, 9n)]];
    const { subscribe, after } = scripted({ after: "head" }, ...scripts);
    expect(await told(subscribe(), 3)).toEqual(["caughtUp 7", "8", "9"]);
    expect(after()).toEqual(["head", "head", 7n]);
  });

  test("takes an end that nobody asked for as a broken connection", async () => {
    const { subscribe } = scripted({}, [batch(1n)], [batch(2n)]);
    expect(await told(subscribe(), 2)).toEqual(["1", "2"]);
  });

  test("takes a silent connection as a broken one", async () => {
    const { subscribe, calls } = scripted({}, [batch(1n), "hang"], [batch(2n)]);
    expect(await told(subscribe(), 2)).toEqual(["1", "2"]);
    expect(calls.inits[0]?.signal.aborted).toBe(true);
  });

  test("times the wait for a message, not what its consumer does with it", async () => {
    const { subscribe } = scripted({}, [batch(1n), "hang"]);
    const messages = subscribe();
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    await messages.next();
    expect(vi.getTimerCount()).toBe(0);
    const next = messages.next();
    await settled();
    expect(vi.getTimerCount()).toBe(1);
    await messages.return?.();
    expect(await next).toMatchObject({ done: true });
    expect(vi.getTimerCount()).toBe(0);
  });

  test("starts the delays anew once something came", async () => {
    const { subscribe, sleeps } = scripted({}, [gone], [gone], [batch(1n), gone], [batch(2n)]);
    await told(subscribe(), 2);
    expect(sleeps).toEqual([50, 100, 50]);
  });
});

describe("proof of completeness", () => {
  test.each<[string, SubscribeRequest, Step<Batch>[][]]>([
    ["a hole", {}, [[batch(1n), batch(3n)]]],
    ["a repetition", {}, [[batch(1n, 2n), batch(2n)]]],
    ["a checkpoint beyond the last event", {}, [[batch(1n), checkpoint(2n)]]],
    ["a hole after resuming", {}, [[batch(1n)], [batch(3n)]]],
    ["a step back in a filtered subscription", { query }, [[batch(5n), batch(4n)]]],
  ])("fails loudly at %s", async (_, request, scripts) => {
    const { subscribe } = scripted(request, ...scripts);
    await expect(told(subscribe())).rejects.toBeInstanceOf(InternalError);
  });
});

describe("the end of a subscription", () => {
  test("comes with an error that repeating does not help", async () => {
    const denied = new PermissionDeniedError();
    const { subscribe, calls } = scripted({}, [batch(1n), denied]);
    await expect(told(subscribe())).rejects.toBe(denied);
    expect(calls.requests.length).toBe(1);
  });

  test("comes before any call when the request is not valid", async () => {
    const { subscribe, calls } = scripted({}, [batch(1n)]);
    const invalid = new InvalidArgumentError([]);
    const fail = () => {
      throw invalid;
    };
    await expect(told(subscribe(undefined, {}, fail))).rejects.toBe(invalid);
    expect(calls.requests.length).toBe(0);
  });

  test("comes after so many attempts when it was never answered, but not once it was", async () => {
    const retry = { attemptsMax: 2 };
    const never = scripted({}, [gone], [gone], [batch(1n)]);
    await expect(told(never.subscribe(undefined, retry))).rejects.toThrow(/Gave up after 2 attempts/);
    const once = scripted({}, [batch(1n), gone], [gone], [gone], [batch(2n)]);
    expect(await told(once.subscribe(undefined, retry), 2)).toEqual(["1", "2"]);
  });

  test("comes with the reason of the signal, at once, while it waits", async () => {
    const { subscribe, calls } = scripted({}, [batch(1n), "hang"]);
    const controller = new AbortController();
    const messages = subscribe({ signal: controller.signal });
    await messages.next();
    const next = messages.next();
    controller.abort("enough");
    await expect(next).rejects.toBe("enough");
    expect(calls.inits[0]?.signal.aborted).toBe(true);
  });

  test("comes with the reason of the signal within a batch that is there already", async () => {
    const { subscribe } = scripted({}, [batch(1n, 9n)]);
    const controller = new AbortController();
    const messages = subscribe({ signal: controller.signal });
    await messages.next();
    controller.abort("enough");
    await expect(messages.next()).rejects.toBe("enough");
  });

  test("comes when the client closes", async () => {
    const { subscribe, lifetime } = scripted({}, ["hang"]);
    const next = subscribe().next();
    await settled();
    lifetime.close();
    await expect(next).rejects.toBeInstanceOf(UnavailableError);
  });

  test("comes when its time is up, which is told to the server too", async () => {
    const { subscribe, calls } = scripted({}, [caughtUp(0n), "hang"], ["hang"]);
    await expect(told(subscribe({ timeoutMs: 10 }))).rejects.toBeInstanceOf(DeadlineExceededError);
    expect(calls.inits[0]?.timeoutMs).toBeLessThanOrEqual(10);
  });

  test("lets a consumer leave while it waits", async () => {
    const { subscribe, calls } = scripted({}, [batch(1n), "hang"]);
    const messages = subscribe();
    await takeUntil({ [Symbol.asyncIterator]: () => ({ next: () => messages.next() }) }, () => true);
    const next = messages.next();
    await messages.return?.();
    expect(await next).toEqual({ done: true, value: undefined });
    expect(calls.inits[0]?.signal.aborted).toBe(true);
  });
});
