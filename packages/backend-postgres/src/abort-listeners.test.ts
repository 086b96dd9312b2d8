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
});

it("leaves nothing on a signal once nobody listens, and listens again when somebody does", () => {
  const controller = new AbortController();
  const { signal } = controller;
  const told: string[] = [];
  const [one, two] = ["one", "two"].map((name) => ({ aborted: () => void told.push(name) }));
  for (const each of [one!, two!]) listen(signal, each);
  for (const each of [one!, two!, two!]) unlisten(signal, each);
  expect(getEventListeners(signal, "abort")).toHaveLength(0);
  listen(signal, two!);
  expect(getEventListeners(signal, "abort")).toHaveLength(1);
  controller.abort();
  expect(told).toEqual(["two"]);
  unlisten(new AbortController().signal, one!);
});
