import { UnavailableError } from "@leftfold/core";
import { describe, expect, test, vi } from "vitest";
import { Admission } from "./admission.ts";
import { OpenStreams } from "./open-streams.ts";

describe("open streams", () => {
  function setUp(max = 10) {
    const stopping = new AbortController();
    const admission = new Admission("streams open", max, 1);
    return { stopping, admission, streams: new OpenStreams(admission, stopping.signal) };
  }

  /** A source that says when it was closed, and stands still after its first items. */
  function source(items: readonly number[], signal?: AbortSignal) {
    const state = { isClosed: false };
    async function* generate(): AsyncGenerator<number, void, undefined> {
      try {
        yield* items;
        signal?.throwIfAborted();
        await new Promise((_, reject) => signal?.addEventListener("abort", () => reject(signal.reason)));
      } finally {
        state.isClosed = true;
      }
    }
    return { state, generate };
  }

  test("pass on what their source gives, and give their place back at its end", async () => {
    const { streams, admission } = setUp();
    async function* numbers(): AsyncGenerator<number, void, undefined> {
      yield* [1, 2, 3];
    }
    const seen: number[] = [];
    for await (const item of streams.run(new AbortController().signal, numbers)) {
      seen.push(item);
      expect(admission.taken).toBe(1);
    }
    expect(seen).toEqual([1, 2, 3]);
    expect(admission.taken).toBe(0);
  });

  test("close their source when its reader leaves", async () => {
    const { streams, admission } = setUp();
    const { state, generate } = source([1, 2]);
    for await (const _ of streams.run(new AbortController().signal, generate)) break;
    await vi.waitUntil(() => state.isClosed);
    expect(admission.taken).toBe(0);
  });

  test("close their source when the call is aborted, though nobody asks for more", async () => {
    const { streams, admission } = setUp();
    const call = new AbortController();
    const { state, generate } = source([1, 2]);
    const stream = streams.run(call.signal, generate);
    await stream.next();
    call.abort(new Error("gone"));
    await vi.waitUntil(() => state.isClosed);
    expect(admission.taken).toBe(0);
    await expect(stream.next()).rejects.toThrow("gone");
  });

  test("end with the call's reason while they wait for their source", async () => {
    const { streams } = setUp();
    const call = new AbortController();
    const stream = streams.run(call.signal, (signal) => source([], signal).generate());
    const next = stream.next();
    call.abort(new Error("gone"));
    await expect(next).rejects.toThrow("gone");
  });

  test("end with the server's reason when it stops, and are not opened any more", async () => {
    const { streams, stopping, admission } = setUp();
    const stream = streams.run(new AbortController().signal, (signal) => source([1], signal).generate());
    await stream.next();
    stopping.abort(new UnavailableError("stopping"));
    await expect(stream.next()).rejects.toThrow("stopping");
    await expect(streams.run(new AbortController().signal, source([1]).generate).next()).rejects.toThrow(
      "stopping",
    );
    expect(admission.taken).toBe(0);
  });

  test("go on when the server stops, if their source sees to its end", async () => {
    const { streams, stopping } = setUp();
    const stream = streams.run(new AbortController().signal, source([1, 2]).generate, { seesStop: true });
    await stream.next();
    stopping.abort(new UnavailableError("stopping"));
    expect(await stream.next()).toEqual({ done: false, value: 2 });
    await stream.return();
  });

  test("do not open for a call that was aborted before", async () => {
    const { streams, admission } = setUp();
    const stream = streams.run(AbortSignal.abort(new Error("gone")), (signal) =>
      source([1], signal).generate(),
    );
    await expect(stream.next()).rejects.toThrow("gone");
    expect(admission.taken).toBe(0);
  });

  test("give their place back when they cannot be opened", async () => {
    const { streams, admission } = setUp();
    const stream = streams.run(new AbortController().signal, () => {
      throw new RangeError("no");
    });
    await expect(stream.next()).rejects.toThrow("no");
    expect(admission.taken).toBe(0);
  });

  test("are refused beyond the bound", async () => {
    const { streams } = setUp(1);
    const { signal } = new AbortController();
    const first = streams.run(signal, source([1]).generate);
    await first.next();
    await expect(streams.run(signal, source([1]).generate).next()).rejects.toThrow("1 streams open");
    await first.return();
    expect(await streams.run(signal, source([7]).generate).next()).toEqual({ done: false, value: 7 });
  });
});
