import { PermissionDeniedError, ResourceExhaustedError, UnavailableError } from "@leftfold/core";
import { beforeEach, describe, expect, test } from "vitest";
import { CoalescerWatch, resultAt } from "../test-kit/coalescer-watch.ts";
import { settled } from "../test-kit/manual-clock.ts";

let watch: CoalescerWatch;
beforeEach(() => {
  watch = new CoalescerWatch();
});

describe("repeating appends", () => {
  test("sends the same messages again first, after a jittered delay that grows", async () => {
    const to = watch.open();
    const a = watch.append(to, "a");
    await settled();
    watch.append(to, "b");
    await watch.sent[0]?.fail(new UnavailableError("gone"));
    expect(watch.sent.length).toBe(1);
    expect(watch.clock.sleeps).toEqual([25]);
    await watch.clock.pass(25);
    expect(watch.messages()).toEqual([["a"], ["a"]]);
    await watch.sent[1]?.fail(new UnavailableError("gone"));
    expect(watch.clock.sleeps).toEqual([25, 50]);
    await watch.clock.pass(50);
    await watch.sent[2]?.answer(resultAt(1n));
    expect(a.outcome).toEqual(resultAt(1n));
    expect(watch.messages()).toEqual([["a"], ["a"], ["a"], ["b"]]);
  });

  test("halves calls that fail, down to one append, and doubles them again as they succeed", async () => {
    const to = watch.open({ appendsPerCallMax: 8 });
    for (const message of "abcdefghijklm") watch.append(to, message);
    await settled();
    for (let failures = 0; failures < 4; failures++) {
      await watch.sent[failures]?.fail(new UnavailableError("gone"));
      await watch.clock.pass(1_000);
    }
    await watch.sent[4]?.answer(resultAt(1n));
    await watch.sent[5]?.answer(resultAt(2n), resultAt(3n));
    expect(watch.sent.map(({ messages }) => messages.length)).toEqual([8, 4, 2, 1, 1, 2, 4]);
    expect(
      watch
        .messages()
        .map((messages) => messages.join(""))
        .slice(4),
    ).toEqual(["a", "bc", "defg"]);
  });

  test("puts off alone an append whose own outcome is retryable, for as long as the store asks", async () => {
    const to = watch.open();
    const [a, b] = [watch.append(to, "a"), watch.append(to, "b")];
    await settled();
    await watch.sent[0]?.answer(new ResourceExhaustedError("full", { retryDelayMs: 700 }), resultAt(2n));
    expect(b.outcome).toEqual(resultAt(2n));
    expect(watch.clock.sleeps).toEqual([725]);
    watch.append(to, "c");
    await settled();
    expect(watch.messages()).toEqual([["a", "b"], ["c"]]);
    await watch.sent[1]?.answer(resultAt(3n));
    await watch.clock.pass(725);
    await watch.sent[2]?.answer(resultAt(4n));
    expect(a.outcome).toEqual(resultAt(4n));
  });

  test("forgets an append that is abandoned while it is put off", async () => {
    const to = watch.open();
    const controller = new AbortController();
    const a = watch.append(to, "a", { signal: controller.signal });
    watch.append(to, "b");
    await settled();
    await watch.sent[0]?.answer(new UnavailableError("closing"), resultAt(2n));
    controller.abort("enough");
    await watch.clock.pass(10_000);
    expect(a.outcome).toBe("enough");
    expect(watch.sent.length).toBe(1);
  });

  test("rejects at once what is not worth repeating", async () => {
    const to = watch.open();
    const a = watch.append(to, "a");
    await settled();
    const error = new PermissionDeniedError();
    await watch.sent[0]?.fail(error);
    expect(a.outcome).toBe(error);
    expect(watch.clock.sleeps).toEqual([]);
  });

  test("takes a failure that is none of the store's for a broken connection", async () => {
    const to = watch.open({}, { attemptsMax: 1 });
    const a = watch.append(to, "a");
    await settled();
    await watch.sent[0]?.fail(new TypeError("fetch failed"));
    expect(a.outcome).toBeInstanceOf(UnavailableError);
  });

  test("gives up after so many attempts, with the last error", async () => {
    const to = watch.open({}, { attemptsMax: 2 });
    const a = watch.append(to, "a");
    await settled();
    await watch.sent[0]?.fail(new UnavailableError("Gone."));
    await watch.clock.pass(100);
    await watch.sent[1]?.fail(new UnavailableError("Gone."));
    expect(a.outcome).toMatchObject({
      code: "unavailable",
      message: "Gone. Gave up after 2 attempts in 100 ms.",
    });
  });

  test("gives up when the store has been away for too long, also what was never sent", async () => {
    const to = watch.open({ appendsPerCallMax: 1 }, { retryTimeoutMs: 1_000 });
    const [a, b] = [watch.append(to, "a"), watch.append(to, "b")];
    await settled();
    await watch.sent[0]?.fail(new UnavailableError("gone"));
    await watch.clock.pass(990);
    const c = watch.append(to, "c");
    await watch.sent[1]?.fail(new UnavailableError("gone"));
    expect([a.outcome, b.outcome]).toEqual([expect.any(UnavailableError), expect.any(UnavailableError)]);
    expect(c.outcome).toBeUndefined();
  });

  test("gives up an append that the store puts off again and again", async () => {
    const to = watch.open({}, { retryTimeoutMs: 1_000 });
    const a = watch.append(to, "a");
    watch.append(to, "b");
    await settled();
    const full = new ResourceExhaustedError("full", { retryDelayMs: 800 });
    await watch.sent[0]?.answer(full, resultAt(1n));
    await watch.clock.pass(900);
    expect(watch.messages()[1]).toEqual(["a"]);
    await watch.sent[1]?.answer(full);
    expect(a.outcome).toBe(full);
  });
});
