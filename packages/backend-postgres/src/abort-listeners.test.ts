import { getEventListeners } from "node:events";
import { expect, it } from "vitest";
import { listen, unlisten } from "./abort-listeners.ts";

it("tells everyone who listens, once, and nobody who has left, by one listener on the signal", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const told: string[] = [];
  const listener = (name: string) => ({
    aborted: (reason: unknown) => {
      told.push(`${name}: ${reason}`);
      unlisten(signal, one);
    },
  });
  const [one, two, gone] = [listener("one"), listener("two"), listener("gone")] as const;
  for (const each of [one, two, gone]) listen(signal, each);
  unlisten(signal, gone);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  controller.abort("enough");
  expect(told).toEqual(["one: enough", "two: enough"]);
  listen(new AbortController().signal, one);
  unlisten(new AbortController().signal, two);
  expect(told).toHaveLength(2);
});
