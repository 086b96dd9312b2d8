import { expect, test } from "vitest";
import { UnavailableError } from "./errors.ts";
import { Lifetime } from "./lifetime.ts";

test("what runs when a lifetime ends is aborted with unavailable, and nothing enters afterwards", () => {
  const lifetime = new Lifetime();
  const call = new AbortController();
  lifetime.enter(call);
  lifetime.close();
  expect(call.signal.reason).toBeInstanceOf(UnavailableError);
  expect(() => lifetime.throwIfClosed()).toThrow(UnavailableError);
  expect(() => lifetime.enter(new AbortController())).toThrow(UnavailableError);
});

test("a call that has left is not aborted, and not held", () => {
  const outer = new Lifetime();
  const inner = new Lifetime(outer);
  const call = new AbortController();
  inner.enter(call);
  expect([inner.running, outer.running]).toEqual([1, 1]);
  inner.leave(call);
  expect([inner.running, outer.running]).toEqual([0, 0]);
  inner.close();
  outer.close();
  expect(call.signal.aborted).toBe(false);
});

test("the end of a handle ends neither its backend nor other handles", () => {
  const backend = new Lifetime();
  const [handle, other] = [new Lifetime(backend), new Lifetime(backend)];
  const [call, otherCall] = [new AbortController(), new AbortController()];
  handle.enter(call);
  other.enter(otherCall);
  handle.close();
  expect([call.signal.aborted, otherCall.signal.aborted]).toEqual([true, false]);
  expect([handle.closed, backend.closed, other.closed]).toEqual([true, false, false]);
});

test("the end of a backend ends its handles, those that are opened later, too", () => {
  const backend = new Lifetime();
  const handle = new Lifetime(backend);
  const call = new AbortController();
  handle.enter(call);
  backend.close();
  expect(call.signal.reason).toBeInstanceOf(UnavailableError);
  expect(() => handle.throwIfClosed()).toThrow(UnavailableError);
  expect(() => new Lifetime(backend).throwIfClosed()).toThrow(UnavailableError);
});
